import { describe, expect, it } from 'vitest';
import { soundsLike, soundsOf } from '../src/sounds';

const usual = (text: string) => soundsOf(text).map(([first]) => first);

describe('a list searched by pinyin', () => {
  it('knows how words sound', () => {
    expect(usual('支付 / 扣款失败')).toEqual(['zhi', 'fu', 'kou', 'kuan', 'shi', 'bai']);
    expect(usual('物流查询 VIP')).toEqual(['wu', 'liu', 'cha', 'xun', 'vip']);
    expect(usual('旅行订单、女装略有破损')).toEqual(['lv', 'xing', 'ding', 'dan', 'nv', 'zhuang', 'lve', 'you', 'po', 'sun']);
    expect(usual('啊，做')).toEqual(['a', 'zuo']);
    expect(usual('退货退款开发票账户登录')).toEqual(['tui', 'huo', 'tui', 'kuan', 'kai', 'fa', 'piao', 'zhang', 'hu', 'deng', 'lu']);
  });
  it('finds by first letters, by whole syllables and mixed, from any place on', () => {
    for (const typed of ['zf', 'zhifu', 'zhif', 'zfk', 'zhifukk', 'kouk', 'kou kuan', 'sb', 'KKSB', '扣款', '支付 /']) expect(soundsLike('支付 / 扣款失败', typed), typed).toBe(true);
    for (const typed of ['fz', 'hifu', 'tk', '退款', 'zfx']) expect(soundsLike('支付 / 扣款失败', typed), typed).toBe(false);
    expect(soundsLike('旅行', 'lüxing')).toBe(true);
    expect(soundsLike('Refund / late', 'late')).toBe(true);
  });
  it('hears signs in each of their common readings', () => {
    for (const [text, typed] of [['还款', 'hk'], ['还款', 'huankuan'], ['银行卡', 'yinhangka'], ['差评', 'chaping'], ['重复扣款', 'chongfu'], ['账单调整', 'tiaozheng'], ['费率', 'feilv']] as const) expect(soundsLike(text, typed), `${text} ${typed}`).toBe(true);
  });
});
