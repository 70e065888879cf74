//! The rows: a provider with twenty clients of two lines each, its staff, its inboxes, and conversations.

use super::sink::{Cell, Line, Sink};
use crate::fault::Outcome;
use crate::report::Progress;
use crate::signing::token_hash;
use crate::texts::{Chance, Texts};
use std::time::{SystemTime, UNIX_EPOCH};

/// Clients.
pub const TENANTS: u64 = 20;
/// Lines of a client.
const LINES: u64 = 2;
/// Agents who serve two clients each.
pub const AGENTS: u64 = 200;
/// Agents who serve the first client.
pub const WATCHERS: u64 = 500;
/// Of so many conversations one is open.
const OPEN_ONE_IN: u64 = 50;
/// Conversations of one contact, on average.
const PER_CONTACT: u64 = 10;
/// Rows written at once.
const AT_ONCE: u64 = 5_000;
/// 2026-01-01T00:00:00Z in ms since 1970, from which ids count.
const ID_EPOCH: i64 = 1_767_225_600_000;
/// The conversations are spread over this time before now.
const SPAN_MS: i64 = 180 * 86_400_000;
/// A node number that no server of a bench has.
const NODE: i64 = 1_000;
/// The number stored for a contact as an author.
const BY_CONTACT: i64 = 2;
/// The number stored for an id that an outside system gave.
const EXTERNAL: i64 = 3;

/// Everything an agent needs, as a role.
const AGENT_RIGHTS: &str = r#"["contacts.read","contacts.edit","contacts.unmask","contacts.lookup","conversations.read",
    "conversations.reply","conversations.assign","conversations.all","floor.read","work.take"]"#;

/// The id made at this time with this counter.
fn id(at: i64, counter: u64) -> i64 {
    ((at - ID_EPOCH).max(1) << 22) | (NODE << 12) | (counter as i64 & 0xfff)
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
}

/// Who is there, by seed.
#[derive(Debug, Clone)]
pub struct Seats {
    seed: u64,
}

/// Ids of things that stand for the whole run; made long before any conversation.
const FOUNDED: i64 = ID_EPOCH + 1_000;
fn tenant_id(t: u64) -> i64 {
    id(FOUNDED, t)
}
fn line_id(t: u64, l: u64) -> i64 {
    id(FOUNDED + 1, t * LINES + l)
}
fn user_id(u: u64) -> i64 {
    id(FOUNDED + 2, u)
}
fn inbox_id(t: u64, web: bool) -> i64 {
    id(FOUNDED + 3, t * 2 + u64::from(web))
}

impl Seats {
    /// For a seed.
    pub fn new(seed: u64) -> Seats {
        Seats { seed }
    }
    fn token(&self, u: u64) -> String {
        let mut c = Chance::of(self.seed, 1_000_000_007 + u);
        format!("hk_{:016x}{:016x}{:016x}", c.next(), c.next(), c.next())
    }
    /// The administrator's token.
    pub fn admin_token(&self) -> String {
        self.token(0)
    }
    /// The token of an agent who serves two clients; agent 0 the first two.
    pub fn agent_token(&self, a: u64) -> String {
        self.token(1 + a % AGENTS)
    }
    /// The token of an agent who serves the first client.
    pub fn watcher_token(&self, w: u64) -> String {
        self.token(1 + AGENTS + w % WATCHERS)
    }
    /// The first client's API inbox: its id and public name.
    pub fn api_inbox(&self) -> (String, String) {
        (inbox_id(0, false).to_string(), inbox_key(0, false))
    }
    /// The public name of the first client's web chat.
    pub fn web_inbox(&self) -> String {
        inbox_key(0, true)
    }
    /// The first client and its first line.
    pub fn first_line(&self) -> (String, String) {
        (tenant_id(0).to_string(), line_id(0, 0).to_string())
    }
}

fn inbox_key(t: u64, web: bool) -> String {
    format!("bench{}{t:02}", if web { "web" } else { "api" })
}

macro_rules! line {
    ($($cell:expr),+ $(,)?) => { vec![$(Cell::from($cell)),+] };
}

/// Writes provider, clients, lines, inboxes and staff with their tokens, and closes the set-up.
pub async fn staff(to: &mut Sink, seats: &Seats) -> Outcome<()> {
    let at = FOUNDED;
    to.run("UPDATE provider SET name = 'Bench'").await?;
    to.run(&format!("UPDATE setup SET closed_at = {at}")).await?;
    let tenants =
        |t: u64| line![tenant_id(t), format!("Client {t:02}"), format!("client {t:02}"), "#2b6de9", 0, at];
    let tenants: Vec<Line> = (0..TENANTS).map(tenants).collect();
    to.rows("tenant", "id,name,name_key,mark_color,archived,created_at", &tenants).await?;
    let lines: Vec<Line> = (0..TENANTS * LINES)
        .map(|n| (n / LINES, n % LINES))
        .map(|(t, l)| line![line_id(t, l), tenant_id(t), format!("Line {l}"), format!("line {l}"), 0, at])
        .collect();
    to.rows("service_line", "id,tenant_id,name,name_key,disposition_required,created_at", &lines).await?;
    let inboxes: Vec<Line> = (0..TENANTS * 2).map(|n| inbox(n / 2, n % 2 == 1)).collect();
    to.rows("inbox", "id,tenant_id,line_id,channel,name,enabled,config,key,created_at", &inboxes).await?;
    let numbers: Vec<Line> = (0..TENANTS).map(|t| line![tenant_id(t), 100_000_001]).collect();
    to.rows("conversation_number", "tenant_id,next", &numbers).await?;
    people(to, seats).await
}

fn inbox(t: u64, web: bool) -> Line {
    let channel = if web { "webchat" } else { "api" };
    line![
        inbox_id(t, web),
        tenant_id(t),
        line_id(t, 0),
        channel,
        channel,
        1,
        "{}",
        inbox_key(t, web),
        FOUNDED
    ]
}

async fn people(to: &mut Sink, seats: &Seats) -> Outcome<()> {
    let (at, everything, agent) = (FOUNDED, id(FOUNDED + 4, 0), id(FOUNDED + 4, 1));
    let roles = [
        line![everything, "Everything (bench)", "全部（压测）", r#"["*"]"#, at],
        line![agent, "Agent (bench)", "坐席（压测）", AGENT_RIGHTS, at],
    ];
    to.rows("role", "id,name_en,name_zh,permissions,created_at", &roles).await?;
    let (mut users, mut tokens, mut grants) = (vec![], vec![], vec![]);
    for u in 0..1 + AGENTS + WATCHERS {
        let name = format!("bench{u:03}");
        users.push(line![
            user_id(u),
            name.clone(),
            name.clone(),
            name.clone(),
            format!("{u:04}"),
            "en",
            "{}",
            0,
            0,
            at
        ]);
        let hash = token_hash(&seats.token(u));
        tokens.push(line![id(FOUNDED + 5, u), user_id(u), name, hash, r#"["*"]"#, 0, 0, at]);
        let held: Vec<(i64, i64)> = match u {
            0 => vec![(everything, 0)],
            u if u <= AGENTS => {
                [2 * (u - 1), 2 * (u - 1) + 1].map(|t| (agent, tenant_id(t % TENANTS))).to_vec()
            }
            _ => vec![(agent, tenant_id(0))],
        };
        for (role, tenant) in held {
            grants.push(line![id(FOUNDED + 6, grants.len() as u64), user_id(u), role, tenant, 0, at]);
        }
    }
    to.rows("app_user", "id,login,name,alias,number,language,settings,totp,totp_step,created_at", &users)
        .await?;
    to.rows("role_grant", "id,user_id,role_id,tenant_id,line_id,created_at", &grants).await?;
    to.rows("api_token", "id,user_id,name,hash,permissions,tenant_id,line_id,created_at", &tokens).await
}

const CONTACT: &str = "id,tenant_id,name,name_key,named,first_seen_at,last_seen_at";
const HANDLE: &str = "id,tenant_id,contact_id,kind,value,norm,standing,created_at";
const CONVERSATION: &str = "id,tenant_id,line_id,inbox_id,channel,contact_id,thread,number,status,waiting,waiting_since,\
    assignee_id,assigned_at,last_seq,last_at,last_text,last_by,contact_count,created_at,resolved_at";
const MESSAGE: &str = "id,tenant_id,conversation_id,seq,kind,note,author_kind,author_id,body,at";

/// Writes `size` conversations of one message each, by a tenth as many contacts.
pub async fn conversations(
    to: &mut Sink,
    seats: &Seats,
    texts: &Texts,
    size: u64,
    progress: &Progress,
) -> Outcome<()> {
    let start = now() - SPAN_MS;
    let contacts = (size / PER_CONTACT).max(TENANTS);
    for from in (0..contacts).step_by(AT_ONCE as usize) {
        let some = from..(from + AT_ONCE).min(contacts);
        let people: Vec<Line> = some.clone().map(|k| contact(k, start)).collect();
        to.rows("contact", CONTACT, &people).await?;
        let handles: Vec<Line> = some.map(|k| handle(k, start)).collect();
        to.rows("contact_handle", HANDLE, &handles).await?;
    }
    let mut told = 0;
    for from in (0..size).step_by(AT_ONCE as usize) {
        let some = from..(from + AT_ONCE).min(size);
        let both: Vec<(Line, Line)> =
            some.map(|k| conversation(seats, texts, k, size, contacts, start)).collect();
        let (threads, messages): (Vec<Line>, Vec<Line>) = both.into_iter().unzip();
        to.rows("conversation", CONVERSATION, &threads).await?;
        to.rows("message", MESSAGE, &messages).await?;
        if from * 10 / size > told {
            told = from * 10 / size;
            progress.say(format!("  {from} of {size} conversations written"));
        }
    }
    Ok(())
}

fn contact_id(k: u64, start: i64) -> i64 {
    id(start - 86_400_000 + (k / 4_096) as i64, k)
}

fn contact(k: u64, start: i64) -> Line {
    let name = format!("Contact {k}");
    line![contact_id(k, start), tenant_id(k % TENANTS), name.clone(), name.to_lowercase(), 1, start, start]
}

fn handle(k: u64, start: i64) -> Line {
    let value = format!("filled{k}@{}", inbox_id(k % TENANTS, false));
    let own = id(start - 2 * 86_400_000 + (k / 4_096) as i64, k);
    line![own, tenant_id(k % TENANTS), contact_id(k, start), EXTERNAL, value.clone(), value, 2, start]
}

/// Conversation `k` with its message. Client and contact fit together; each has a thread of its own, so that any number
/// of one contact's may be open.
fn conversation(seats: &Seats, texts: &Texts, k: u64, size: u64, contacts: u64, start: i64) -> (Line, Line) {
    let mut c = Chance::of(seats.seed, k ^ 0x5eed);
    let (tenant, l) = (k % TENANTS, c.below(LINES));
    let by = contact_id(c.below(contacts / TENANTS) * TENANTS + tenant, start);
    let at = start + (SPAN_MS as i128 * k as i128 / size as i128) as i64;
    let last = at + c.below(600_000) as i64;
    let (own, body) = (id(at, k), texts.text(k));
    let preview: String = body.chars().take(100).collect();
    let open = c.below(OPEN_ONE_IN) == 0;
    let agent = user_id(1 + (tenant / 2 + 10 * c.below(AGENTS / 10)) % AGENTS);
    let (status, waiting) = if open { ("open", "agent") } else { ("resolved", "none") };
    let row = line![
        own,
        tenant_id(tenant),
        line_id(tenant, l),
        inbox_id(tenant, false),
        "api",
        by,
        format!("t{k}"),
        (1_001 + k / TENANTS) as i64,
        status,
        waiting,
        open.then_some(last),
        agent,
        last,
        1,
        last,
        preview,
        BY_CONTACT,
        1,
        at,
        (!open).then_some(last + 60_000)
    ];
    let message = line![id(at + 1, k), tenant_id(tenant), own, 1, 0, 0, BY_CONTACT, by, body, last];
    (row, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_unique_and_clients_fit() {
        let (seats, texts) = (Seats::new(1), Texts::new(1));
        let start = ID_EPOCH + 86_400_000 * 10;
        let int = |c: &Cell| if let Cell::Int(v) = c { *v } else { 0 };
        let both: Vec<(Line, Line)> =
            (0..5_000).map(|k| conversation(&seats, &texts, k, 5_000, 500, start)).collect();
        let ids: HashSet<i64> = both.iter().flat_map(|(c, m)| [int(&c[0]), int(&m[0])]).collect();
        assert_eq!(ids.len(), 10_000);
        let people: HashSet<(i64, i64)> =
            (0..500).map(|k| contact(k, start)).map(|c| (int(&c[0]), int(&c[1]))).collect();
        assert_eq!(people.len(), 500);
        assert!(both.iter().all(|(c, _)| people.contains(&(int(&c[5]), int(&c[1])))));
        let columns = |s: &str| s.split(',').count();
        assert_eq!((both[0].0.len(), both[0].1.len()), (columns(CONVERSATION), columns(MESSAGE)));
    }
}
