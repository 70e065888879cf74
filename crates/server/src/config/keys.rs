//! Every key of the configuration, once: its name in the file, its shape, its default and what it means.

/// What a value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Any text.
    Text,
    /// A path.
    Path,
    /// `HOST:PORT`.
    Address,
    /// An IP address.
    Ip,
    /// IP addresses, separated by commas in the environment, a list in the file.
    Ips,
    /// Networks (`10.1.0.0/16`), addresses or `HOST:PORT`, likewise.
    Networks,
    /// `http://HOST` or `https://HOST`, without a path.
    Base,
    /// A whole number in this range.
    Number(u64, u64),
    /// `true` or `false`.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A text that is never printed.
    Secret,
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As in the file, with dots for tables.
    pub name: &'static str,
    /// What its value must look like.
    pub shape: Shape,
    /// The value when nothing is given; empty for none.
    pub default: &'static str,
    /// What it means, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

impl Key {
    /// Its name in the environment: `listen.port_base` is `HARK_LISTEN_PORT_BASE`.
    pub fn environment(&self) -> String {
        format!("HARK_{}", self.name.replace('.', "_").to_uppercase())
    }
}

const fn key(
    name: &'static str,
    shape: Shape,
    default: &'static str,
    en: &'static str,
    zh: &'static str,
) -> Key {
    Key { name, shape, default, en, zh }
}

/// Every key.
pub static KEYS: &[Key] = &[
    key(
        "data",
        Shape::Path,
        "data",
        "Folder for the database, files, index and lock.",
        "数据目录：数据库、附件、索引和锁都在这里。",
    ),
    key(
        "listen.host",
        Shape::Ip,
        "127.0.0.1",
        "Address the three origins listen on.",
        "三个站点监听的地址。",
    ),
    key(
        "listen.port_base",
        Shape::Number(0, 65_533),
        "8600",
        "Port of the desk; the public origin takes the next, files the one after. 0 takes free ports.",
        "工作台端口；公开站点用下一个，附件站点再下一个。填 0 时自动选择空闲端口。",
    ),
    key(
        "listen.desk",
        Shape::Address,
        "",
        "Where the desk listens, if not by host and port base.",
        "工作台监听地址（不按 host 和 port_base 时填写）。",
    ),
    key(
        "listen.public",
        Shape::Address,
        "",
        "Where the widget and API inboxes listen, if not by host and port base.",
        "公开站点（网页聊天、API 接入点）监听地址。",
    ),
    key(
        "listen.files",
        Shape::Address,
        "",
        "Where attachments are served, if not by host and port base.",
        "附件站点监听地址。",
    ),
    key(
        "listen.connections",
        Shape::Number(16, 1_000_000),
        "50000",
        "Connections per origin at once; further ones wait.",
        "每个站点同时保持的连接数，超出的排队等待。",
    ),
    key(
        "url.desk",
        Shape::Base,
        "",
        "Address under which people open the desk; links and cookies are made from it.",
        "员工打开工作台的网址，链接和 Cookie 以它为准。",
    ),
    key(
        "url.public",
        Shape::Base,
        "",
        "Address under which customers' browsers reach the widget.",
        "客户浏览器访问网页聊天的网址。",
    ),
    key(
        "url.files",
        Shape::Base,
        "",
        "Address of attachments; a host of its own, so that a file can never act as the desk.",
        "附件网址，须使用独立域名，使文件无法冒充工作台。",
    ),
    key(
        "trusted_proxies",
        Shape::Ips,
        "",
        "Proxies whose X-Forwarded-For is believed.",
        "可信代理，只采信它们的 X-Forwarded-For。",
    ),
    key(
        "store.postgres",
        Shape::Secret,
        "",
        "PostgreSQL address; empty keeps everything in SQLite in the data folder.",
        "PostgreSQL 连接地址；留空则使用数据目录中的 SQLite。",
    ),
    key(
        "store.skip_backup",
        Shape::Switch,
        "false",
        "Upgrade without the backup that is otherwise made first.",
        "升级前不做备份（默认先备份）。",
    ),
    key(
        "store.queue_max",
        Shape::Number(64, 1_000_000),
        "4096",
        "Writes waiting at the most; more are refused until it shrinks.",
        "等待写入的上限，超出的请求会被拒绝并可重试。",
    ),
    key("store.readers", Shape::Number(1, 64), "2", "Read lanes.", "并行读取的通道数。"),
    key(
        "egress.allow",
        Shape::Networks,
        "",
        "Private addresses (HOST:PORT, address or network) that outgoing calls may reach.",
        "允许外呼访问的内网地址（主机:端口、IP 或网段）。",
    ),
    key(
        "mail_in.smtp",
        Shape::Address,
        "",
        "Where mail is taken in over SMTP from your own mail server; empty for nowhere.",
        "通过 SMTP 接收自有邮件服务器转发邮件的监听地址；留空则不监听。",
    ),
    key(
        "mail_in.lmtp",
        Shape::Address,
        "",
        "The same over LMTP.",
        "通过 LMTP 接收转发邮件的监听地址；留空则不监听。",
    ),
    key(
        "mail_in.trusted",
        Shape::Networks,
        "127.0.0.1/32,::1/128",
        "Addresses and networks of the mail servers that may bring mail; what they find out about senders is believed.",
        "允许转发邮件的服务器（IP 或网段）；采信它们对发件人的验证结果。",
    ),
    key(
        "mail_in.direct",
        Shape::Switch,
        "false",
        "Those servers send mail of their own: their address is checked with SPF. Leave it off where they forward mail of others.",
        "这些服务器发的是自己的邮件：用 SPF 核对其地址。转发他人邮件的服务器请保持关闭。",
    ),
    key(
        "mail_in.resolver",
        Shape::Text,
        "system",
        "Where names are looked up to check senders (SPF, DKIM, DMARC, ARC): system, a name server's address, or off.",
        "核实发件人（SPF、DKIM、DMARC、ARC）所用的域名服务器：system（系统设置）、服务器地址，或 off（不核实）。",
    ),
    key(
        "mail_in.sealers",
        Shape::Text,
        "",
        "Domains of forwarding services, separated by commas, whose word about a sender is believed (ARC).",
        "可信转发服务的域名，以逗号分隔；采信它们用 ARC 签署的验证结果。",
    ),
    key(
        "mail_in.tls_cert",
        Shape::Path,
        "",
        "Certificate as a PEM file, so that STARTTLS is offered there.",
        "收信端口的证书（PEM 文件），填写后提供 STARTTLS。",
    ),
    key("mail_in.tls_key", Shape::Path, "", "Its key as a PEM file.", "上述证书的私钥（PEM 文件）。"),
    key(
        "mail_out.client_per_hour",
        Shape::Number(1, 1_000_000),
        "2000",
        "Mails that one client's inboxes send in an hour at the most, each recipient counted; more wait.",
        "每个甲方每小时最多发出的邮件数（按收件人计），超出的会等待。",
    ),
    key(
        "mail_out.client_per_day",
        Shape::Number(1, 10_000_000),
        "20000",
        "The same in a day.",
        "每个甲方每天最多发出的邮件数（按收件人计）。",
    ),
    key(
        "log.level",
        Shape::Text,
        "info",
        "What is logged: error, warn, info, debug, or a filter such as hark=debug.",
        "日志级别：error、warn、info、debug，或过滤表达式。",
    ),
    key(
        "log.format",
        Shape::Choice(&["text", "json"]),
        "text",
        "Text for people, json for collectors.",
        "text 便于阅读，json 便于采集。",
    ),
    key(
        "metrics.token",
        Shape::Secret,
        "",
        "Bearer token with which /metrics may be read from other machines; without one only from this.",
        "从其他机器读取 /metrics 所需的令牌；留空则仅限本机。",
    ),
];

/// The key of this name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|k| k.name == name)
}

/// The key that a mistyped one most likely meant: at most three letters away.
pub fn nearest(name: &str) -> Option<&'static str> {
    let last = |s: &str| s.rsplit('.').next().unwrap_or(s).to_owned();
    let distance = |k: &Key| letters_apart(name, k.name).min(letters_apart(&last(name), &last(k.name)));
    KEYS.iter().map(|k| (distance(k), k.name)).min().filter(|(d, _)| *d <= 3).map(|(_, k)| k)
}

/// Letters to insert, remove or replace to get from one word to the other.
fn letters_apart(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(80).enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_its_key() {
        assert_eq!(nearest("listen.port_bas"), Some("listen.port_base"));
        assert_eq!(nearest("port_base"), Some("listen.port_base"));
        assert_eq!(nearest("datta"), Some("data"));
        assert_eq!(nearest("colour_of_the_moon"), None);
    }
}
