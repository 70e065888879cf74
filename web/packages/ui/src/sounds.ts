/**
 * How Chinese words sound, so that a list is searched by pinyin while one types. Pure.
 *
 * The browser sorts Chinese by its readings already; the first sign of each syllable in that order is all that must be known.
 * Signs with several readings in common words are heard in each of them ([`OTHER`]).
 */

/** The first sign of each syllable in the order of the readings, and the syllable as it is typed (`lv` for lü). */
const FIRST = '吖a哎ai安an肮ang凹ao八ba掰bai扳ban邦bang勹bao卑bei奔ben崩beng逼bi边bian灬biao憋bie玢bin冫bing拨bo逋bu嚓ca猜cai参can仓cang操cao册ce岑cen噌ceng叉cha'
  + '差chai觇chan伥chang抄chao车che抻chen柽cheng吃chi充chong抽chou出chu揣chuai踹chuan疮chuang吹chui春chun踔chuo呲ci匆cong凑cou粗cu汆cuan崔cui村cun'
  + '搓cuo哒da呆dai丹dan当dang刀dao得de灯deng氐di掂dian刁diao爹die丁ding丢diu东dong都dou嘟du端duan堆dui吨dun多duo婀e诶ei恩en儿er发fa帆fan匚fang飞fei分fen'
  + '丰feng缶fou夫fu旮ga该gai甘gan冈gang皋gao戈ge给gei根gen庚geng工gong勾gou估gu瓜gua乖guai关guan光guang归gui丨gun呙guo哈ha咳hai顸han夯hang蒿hao诃he'
  + '黑hei痕hen亨heng轰hong侯hou乎hu花hua怀huai欢huan肓huang灰hui昏hun耠huo丌ji加jia戋jian江jiang艽jiao阶jie巾jin京jing冂jiong纠jiu居ju娟juan噘jue'
  + '军jun咔ka开kai刊kan康kang尻kao苛ke肯ken吭keng空kong抠kou刳ku夸kua蒯kuai宽kuan匡kuang亏kui坤kun扩kuo垃la来lai兰lan啷lang捞lao仂le勒lei塄leng哩li'
  + '俩lia奁lian良liang撩liao咧lie拎lin伶ling溜liu龙long娄lou噜lu驴lv娈luan掠lve抡lun罗luo妈ma埋mai颟man邙mang猫mao么me没mei门men虻meng咪mi宀mian喵miao'
  + '乜mie民min名ming谬miu摸mo哞mou毪mu拿na乃nai囡nan囔nang孬nao疒ne馁nei恁nen能neng妮ni拈nian娘niang鸟niao捏nie您nin宁ning妞niu农nong耨nou奴nu女nv'
  + '暖nuan疟nve挪nuo喔o讴ou趴pa拍pai潘pan乓pang抛pao呸pei喷pen怦peng丕pi偏pian剽piao氕pie姘pin聘ping钋po剖pou仆pu七qi掐qia千qian呛qiang悄qiao且qie亲qin'
  + '青qing邛qiong丘qiu区qu悛quan炔que逡qun蚺ran禳rang娆rao惹re人ren扔reng日ri戎rong柔rou肉ru阮ruan蕤rui闰run若ruo仨sa塞sai三san桑sang搔sao色se森sen'
  + '僧seng杀sha筛shai山shan伤shang捎shao奢she申shen升sheng尸shi收shou书shu刷shua衰shuai闩shuan双shuang水shui吮shun说shuo厶si忪song嗖sou苏su狻suan'
  + '虽sui孙sun唆suo他ta胎tai坍tan汤tang涛tao忑te疼teng剔ti天tian佻tiao帖tie厅ting通tong偷tou凸tu湍tuan推tui褪tun乇tuo挖wa歪wai弯wan尢wang危wei温wen'
  + '翁weng挝wo乌wu夕xi呷xia仙xian乡xiang枭xiao些xie心xin星xing凶xiong休xiu吁xu轩xuan削xue勋xun丫ya恹yan央yang幺yao掖ye一yi因yin应ying哟yo佣yong优you'
  + '纡yu鸢yuan曰yue晕yun匝za灾zai糌zan赃zang遭zao则ze贼zei怎zen增zeng扎zha斋zhai沾zhan张zhang钊zhao蜇zhe贞zhen争zheng之zhi中zhong州zhou朱zhu抓zhua'
  + '拽zhuai专zhuan妆zhuang隹zhui肫zhun拙zhuo孜zi宗zong邹zou租zu钻zuan嘴zui尊zun嘬zuo';

/** Further readings of signs that common words read otherwise than they are sorted. */
const OTHER = '差cha重chong长zhang行hang行xing还huan调diao调tiao乐yue率lv率shuai会kuai藏zang称chen传zhuan得dei都dou都du给gei给ji和he号hao角jue觉jiao解xie系xi系ji卡ka卡qia落luo落la没mei没mo'
  + '模mu券quan圈juan塞se色shai什shen什shi识zhi熟shou宿xiu提di省xing削xiao血xie约yao扎za折she着zhao着zhuo转zhuan朝zhao车ju弹tan地de地di度duo恶wu否pi谁shei谁shui咖ka参shen查zha'
  + '厦xia单dan说shui尽jin乘cheng盛cheng盛sheng曾ceng曾zeng嗯en呒m嗲dia万wan了le了liao的de的di员yuan贾jia仇chou区qu朴piao薄bao剥bao壳ke壳qiao露lou隔ge吓xia巷xiang屏ping屏bing';

let known: { first: string; sound: string }[] | null = null;
const order = new Intl.Collator('zh-u-co-pinyin');

/** The syllable of one sign; empty for what is no Chinese sign. */
function soundOf(sign: string): string {
  if (sign < '\u4e00' || sign > '\u9fff') return '';
  known ??= [...FIRST.matchAll(/([\u4e00-\u9fff])([a-z]+)/g)].map((match) => ({ first: match[1] ?? '', sound: match[2] ?? '' }));
  let low = 0;
  let high = known.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order.compare(known[middle]?.first ?? '', sign) <= 0) low = middle + 1;
    else high = middle;
  }
  return known[low - 1]?.sound ?? '';
}

const others = new Map<string, string[]>();
for (const [, sign = '', sound = ''] of OTHER.matchAll(/([\u4e00-\u9fff])([a-z]+)/g)) others.set(sign, [...(others.get(sign) ?? []), sound]);

const heard = new Map<string, string[][]>();
/** Words kept with their sounds; more are worked out anew. */
const HEARD_MAX = 5_000;

/** `支付 ABC` as `zhi fu abc`: the readings of each piece, the usual one first. */
export function soundsOf(text: string): string[][] {
  let sounds = heard.get(text);
  if (!sounds) {
    sounds = [...text.matchAll(/[a-z0-9]+|[\u4e00-\u9fff]/gi)].map(([piece]) => [...new Set([soundOf(piece) || piece.toLowerCase(), ...(others.get(piece) ?? [])])]);
    if (heard.size < HEARD_MAX) heard.set(text, sounds);
  }
  return sounds;
}

/** Do the pieces from `at` on begin with what is sought, each by its first letter or whole? */
function begins(sounds: string[][], at: number, sought: string): boolean {
  return (sounds[at] ?? []).some((one) => one.startsWith(sought)
    || (sought.startsWith(one) && begins(sounds, at + 1, sought.slice(one.length)))
    || (sought[0] === one[0] && begins(sounds, at + 1, sought.slice(1))));
}

/** Does a text hold what is typed, or does some place in it begin to sound so: by first letters (`zf`), whole (`zhifu`) or mixed? */
export function soundsLike(text: string, typed: string): boolean {
  const q = typed.trim().toLowerCase();
  if (text.toLowerCase().includes(q)) return true;
  const sought = q.replace(/[\s']+/g, '').replaceAll('ü', 'v');
  if (!/^[a-z0-9]{1,40}$/.test(sought)) return false;
  const sounds = soundsOf(text);
  return sounds.some((_, at) => begins(sounds, at, sought));
}
