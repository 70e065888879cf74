/** What people type for a command besides its label: its other names, in both languages and by sound. */
const words: Record<string, string> = {
  ready: '签入 示闲 上线 qianru shixian qr sx sign in go ready',
  busy: '示忙 shimang sm go busy',
  offline: '签出 离线 下线 qianchu qc sign out go offline',
  break: '小休 休息 xiaoxiu xx break rest',
  handovers: '交接 交接班 jiaojie jiaojieban jj jjb handover hand over shift',
  hand: '举手 求助 jushou qiuzhu js raise hand help',
  merge: '合并 hebing hb merge join',
  split: '拆分 分拆 chaifen cf split',
  forward: '转发 zhuanfa zf forward fwd',
  out: '退出 登出 tuichu tc sign out log out',
  conversations: '会话 huihua hh inbox',
  customers: '客户 kehu kh',
  day: '我的一天 wodeyitian wdyt',
  floor: '现场 xianchang xc',
  monitor: '监控 jiankong jk',
  reports: '报表 baobiao bb report',
  settings: '设置 shezhi sz',
};

/** Does one of a command's other names begin with this? */
export function calledSo(id: string, q: string): boolean {
  const names = words[id];
  return names !== undefined && q !== '' && (` ${names}`.includes(` ${q}`));
}
