//! Texts by seed: what customers write, half Chinese, half English, about 200 bytes each, with words as unevenly common
//! as real ones (a word's frequency falls with its rank, Zipf's law). Text `k` of a seed is always the same.

/// Words of the invented English vocabulary.
const ENGLISH: u64 = 20_000;
/// Two-character words of the Chinese vocabulary.
const CHINESE: u64 = 12_000;
/// A text ends once it has this many bytes.
const BYTES: usize = 190;

/// The most common English words first, as customers of shops use them.
const COMMON_EN: &[&str] = &[
    "order",
    "please",
    "refund",
    "delivery",
    "my",
    "the",
    "when",
    "account",
    "payment",
    "address",
    "invoice",
    "parcel",
    "cancel",
    "change",
    "return",
    "price",
    "size",
    "colour",
    "broken",
    "missing",
    "late",
    "coupon",
    "password",
    "phone",
    "email",
    "warranty",
    "exchange",
    "courier",
    "receipt",
    "discount",
    "shipping",
    "stock",
    "screen",
    "battery",
    "support",
    "agent",
    "help",
    "thanks",
    "urgent",
    "manager",
    "complaint",
    "damaged",
    "wrong",
    "colleague",
    "yesterday",
    "today",
];
/// The same in Chinese.
const COMMON_ZH: &[&str] = &[
    "退款", "订单", "快递", "发货", "什么", "请问", "时候", "收到", "商品", "地址", "发票", "换货", "客服",
    "质量", "问题", "尺码", "颜色", "优惠", "支付", "账号", "密码", "手机", "物流", "破损", "漏发", "投诉",
    "催促", "保修", "维修", "取消", "修改", "电池", "屏幕", "价格", "库存", "会员", "积分", "活动", "赠品",
    "签收", "退货", "运费", "补发", "核实", "谢谢", "麻烦", "昨天", "今天",
];
/// Characters of which rarer words are made.
const CHARACTERS: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严";

/// Numbers that look random and are the same for a seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// For item `k` of a seed.
    pub fn of(seed: u64, k: u64) -> Chance {
        let mut c = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ k.wrapping_mul(0xd134_2543_de82_ef95));
        c.next();
        c
    }
    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// Below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }
    /// A rank below `n` by Zipf's law.
    fn rank(&mut self, n: u64) -> u64 {
        let u = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((((n + 1) as f64).ln() * u).exp() as u64 - 1).min(n - 1)
    }
}

/// The vocabulary, made once.
pub struct Texts {
    seed: u64,
    english: Vec<String>,
    chinese: Vec<String>,
}

fn english(rank: u64) -> String {
    const ONSETS: &[&str] = &[
        "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "w", "br", "st", "tr", "pl",
        "gr",
    ];
    const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "ea", "oo", "ai"];
    let mut word = String::new();
    let mut n = rank + 160;
    while n > 0 {
        word.push_str(ONSETS[(n % 20) as usize]);
        word.push_str(VOWELS[(n / 20 % 8) as usize]);
        n /= 160;
    }
    word + "n"
}

impl Texts {
    /// The vocabulary of a seed.
    pub fn new(seed: u64) -> Texts {
        let en = |r: u64| COMMON_EN.get(r as usize).map_or_else(|| english(r), |w| (*w).to_owned());
        let characters: Vec<char> = CHARACTERS.chars().collect();
        let n = characters.len() as u64;
        let zh = |r: u64| {
            COMMON_ZH.get(r as usize).map_or_else(
                || {
                    let mut c = Chance::of(7, r);
                    let mut one = || characters[c.below(n) as usize];
                    [one(), one()].iter().collect()
                },
                |w| (*w).to_owned(),
            )
        };
        Texts { seed, english: (0..ENGLISH).map(en).collect(), chinese: (0..CHINESE).map(zh).collect() }
    }

    /// Is text `k` Chinese?
    pub fn is_chinese(&self, k: u64) -> bool {
        Chance::of(self.seed, k).next().is_multiple_of(2)
    }

    /// Writes text `k` behind what is there.
    pub fn write(&self, k: u64, out: &mut String) {
        let mut c = Chance::of(self.seed, k);
        let chinese = c.next().is_multiple_of(2);
        let end = out.len() + BYTES;
        while out.len() < end {
            if chinese {
                out.push_str(&self.chinese[c.rank(CHINESE) as usize]);
                if c.below(6) == 0 {
                    out.push('，');
                }
            } else {
                out.push_str(&self.english[c.rank(ENGLISH) as usize]);
                out.push(if c.below(12) == 0 { ',' } else { ' ' });
            }
        }
    }

    /// Text `k`.
    pub fn text(&self, k: u64) -> String {
        let mut out = String::with_capacity(BYTES + 32);
        self.write(k, &mut out);
        out
    }

    /// Two English words that stand in text `k`, neither of the most common ones; `None` for a text without.
    pub fn two_words(&self, k: u64) -> Option<String> {
        if self.is_chinese(k) {
            return None;
        }
        let text = self.text(k);
        let words = text.split([' ', ',']).filter(|w| w.len() > 4 && !COMMON_EN[..12].contains(w));
        let two: Vec<&str> = words.take(2).collect();
        (two.len() == 2).then(|| two.join(" "))
    }

    /// A word that stands in a few texts of a million.
    pub fn rare(&self, k: u64) -> &str {
        let tail = ENGLISH / 2;
        &self.english[(ENGLISH - tail + Chance::of(self.seed, k).below(tail)) as usize]
    }

    /// A word that stands in a good part of all texts.
    pub fn frequent(&self, k: u64) -> &str {
        self.english[(k % 8) as usize].as_str()
    }

    /// A Chinese word of two characters.
    pub fn two_characters(&self, k: u64) -> &str {
        &self.chinese[(Chance::of(self.seed, k).below(COMMON_ZH.len() as u64)) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_repeat_by_seed_and_have_the_size_that_is_told() {
        let (a, b) = (Texts::new(3), Texts::new(3));
        let mut bytes = 0;
        for k in 0..1_000 {
            assert_eq!(a.text(k), b.text(k));
            bytes += a.text(k).len();
        }
        assert!((185..215).contains(&(bytes / 1_000)), "{}", bytes / 1_000);
        assert_ne!(a.text(1), Texts::new(4).text(1));
    }

    #[test]
    fn words_are_as_common_as_their_class_says() {
        let t = Texts::new(1);
        let all: Vec<String> = (0..20_000).map(|k| t.text(k)).collect();
        let with = |w: &str| all.iter().filter(|x| x.contains(w)).count();
        assert!(with(t.frequent(0)) > 2_000);
        assert!(with("退款") > 2_000);
        assert!((0..50).all(|k| with(t.rare(k)) < 100));
        let found = (0..100).filter_map(|k| t.two_words(k)).all(|q| q.split(' ').all(|w| with(w) > 0));
        assert!(found);
    }
}
