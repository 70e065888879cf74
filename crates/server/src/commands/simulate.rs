//! `hark simulate`: a seeded day of a floor, its measures as a table or as one line of JSON. Touches no data.

use engines::simulate::{Counts, Faults, Outcome, Plan, run};
use kernel::Language;
use serde_json::{Value, json};
use std::time::Instant;

/// Most agents of a simulated floor.
const AGENTS_MAX: i64 = 5_000;

/// Which day.
#[derive(Debug, Clone, clap::Args)]
pub struct SimulateArgs {
    /// What chance begins from: the same number, the same day.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// So many agents in early and late shifts.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(2..=AGENTS_MAX))]
    agents: u32,
    /// How many customers come: 1 keeps the agents busy for about four fifths of their time.
    #[arg(long, default_value_t = 1.0, value_parser = load)]
    load: f64,
    /// Without lost connections and restarts of the server.
    #[arg(long)]
    no_faults: bool,
    /// So many days, with consecutive seeds, counted together.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=365))]
    days: u32,
    /// One line of JSON instead of the table.
    #[arg(long)]
    json: bool,
}

fn load(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(load) if (0.01..=10.0).contains(&load) => Ok(load),
        _ => Err("a number from 0.01 to 10".to_owned()),
    }
}

/// The names of a floor's queues, with the class of their work.
fn classes(plan: &Plan) -> Vec<(i64, engines::acd::CapacityClass)> {
    plan.queues.iter().map(|q| (q.queue.id.0, q.class)).collect()
}

/// Plays the days and says what came of them.
pub fn simulate(args: &SimulateArgs, language: Language) -> String {
    let began = Instant::now();
    let mut sum: Option<Outcome> = None;
    let mut queues = vec![];
    for seed in args.seed..args.seed.saturating_add(u64::from(args.days)) {
        let mut plan = Plan::floor(seed, args.agents, args.load);
        if !args.no_faults {
            plan.faults = Faults::usual(plan.end);
        }
        queues = classes(&plan);
        let day = run(&plan);
        match &mut sum {
            Some(sum) => sum.add(&day),
            None => sum = Some(day),
        }
    }
    let sum = sum.unwrap_or_default();
    let took_s = began.elapsed().as_secs_f64();
    if args.json { line(args, &sum, took_s) } else { table(args, &sum, &queues, took_s, language) }
}

fn figures(c: &Counts) -> Value {
    json!({
        "offered": c.offered,
        "answered": c.answered,
        "abandoned": c.abandoned,
        "waited": c.waited,
        "service_level": c.service_level(),
        "asa_s": c.asa_s(),
        "wait_p90_s": c.wait_quantile_s(0.9),
        "abandonment": c.abandonment(),
        "longest_wait_s": c.longest_wait_ms as f64 / 1_000.0,
        "estimates_told": c.told,
        "estimate_coverage": c.coverage(),
    })
}

fn line(args: &SimulateArgs, out: &Outcome, took_s: f64) -> String {
    let value = json!({
        "seed": args.seed,
        "days": args.days,
        "agents": args.agents,
        "load": args.load,
        "faults": !args.no_faults,
        "all": figures(&out.all),
        "occupancy": out.occupancy(),
        "offers": out.offers,
        "offers_missed": out.missed,
        "requeued": out.requeued,
        "connections_lost": out.vanished,
        "restarts": out.restarts,
        "steps": out.steps,
        "took_s": took_s,
        "queues": out.queues.iter().map(figures).collect::<Vec<_>>(),
    });
    format!("{value}\n")
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |s| format!("{:.1} %", s * 100.0))
}

fn seconds(s: Option<f64>) -> String {
    s.map_or_else(|| "–".to_owned(), |s| format!("{s:.1}"))
}

/// A text to a width on the screen, where a Chinese character takes two columns.
fn padded(text: &str, width: usize) -> String {
    let wide = text.chars().map(|c| if c as u32 >= 0x2e80 { 2 } else { 1 }).sum::<usize>();
    format!("{}{text}", " ".repeat(width.saturating_sub(wide)))
}

fn table(
    args: &SimulateArgs,
    out: &Outcome,
    queues: &[(i64, engines::acd::CapacityClass)],
    took_s: f64,
    language: Language,
) -> String {
    use engines::acd::CapacityClass as Class;
    let heads = [
        language.pick("queue", "技能组"),
        language.pick("offered", "进线量"),
        language.pick("answered", "接起量"),
        language.pick("in 20 s", "20秒服务水平"),
        language.pick("ASA, s", "平均应答/秒"),
        language.pick("p90, s", "P90等待/秒"),
        language.pick("abandoned", "放弃率"),
        language.pick("longest, s", "最长等待/秒"),
        language.pick("estimate holds", "预估命中率"),
    ];
    let widths = [12, 9, 9, 14, 13, 13, 11, 13, 16];
    let mut text = String::new();
    let mut row = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().zip(widths).map(|(c, w)| padded(c, w)).collect();
        text.push_str(cells.join("").trim_end());
        text.push('\n');
    };
    row(&heads.map(str::to_owned));
    let cells = |name: String, c: &Counts| {
        [
            name,
            c.offered.to_string(),
            c.answered.to_string(),
            percent(c.service_level()),
            seconds(c.asa_s()),
            seconds(c.wait_quantile_s(0.9)),
            percent(c.abandonment()),
            seconds(Some(c.longest_wait_ms as f64 / 1_000.0)),
            percent(c.coverage()),
        ]
    };
    for ((id, class), counts) in queues.iter().zip(&out.queues) {
        let class = match class {
            Class::Voice => language.pick("calls", "通话"),
            Class::Mail => language.pick("mail", "邮件"),
            _ => language.pick("chat", "会话"),
        };
        row(&cells(format!("{id} {class}"), counts));
    }
    row(&cells(language.pick("all", "合计").to_owned(), &out.all));
    text.push('\n');
    text.push_str(&footer(args, out, took_s, language));
    text
}

fn footer(args: &SimulateArgs, out: &Outcome, took_s: f64, language: Language) -> String {
    let (seed, agents, load, days) = (args.seed, args.agents, args.load, args.days);
    let (occupancy, restarts, lost) = (percent(out.occupancy()), out.restarts, out.vanished);
    let (offers, missed, requeued, steps) = (out.offers, out.missed, out.requeued, out.steps);
    match language {
        Language::Zh => format!(
            "坐席占用率 {occupancy}；待接入 {offers} 次，其中未接受 {missed} 次；连接中断 {lost} 次，重新排队 {requeued} 个，服务重启 {restarts} 次\n\
             种子 {seed}，{days} 天，{agents} 名坐席，负荷 {load}；{steps} 步，用时 {took_s:.1} 秒\n"
        ),
        Language::En => format!(
            "occupancy {occupancy}; {offers} offers, {missed} of them not accepted; {lost} connections lost, {requeued} \
             items waited again, {restarts} restarts\n\
             seed {seed}, {days} day(s), {agents} agents, load {load}; {steps} steps in {took_s:.1} s\n"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(json: bool) -> SimulateArgs {
        SimulateArgs { seed: 3, agents: 12, load: 0.8, no_faults: false, days: 1, json }
    }

    #[test]
    fn the_line_of_json_holds_the_measures() {
        let text = simulate(&args(true), Language::En);
        assert_eq!(text.lines().count(), 1);
        let v: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(v["restarts"], 2);
        assert!(v["all"]["offered"].as_u64() > Some(0));
        assert!(v["occupancy"].as_f64().is_some_and(|o| (0.0..=1.0).contains(&o)));
    }

    #[test]
    fn the_table_speaks_both_languages() {
        assert!(simulate(&args(false), Language::En).contains("occupancy"));
        assert!(simulate(&args(false), Language::Zh).contains("坐席占用率"));
    }

    #[test]
    fn a_load_is_a_number_within_reason() {
        assert_eq!(load("1.2"), Ok(1.2));
        assert!(load("0").is_err() && load("x").is_err() && load("NaN").is_err());
    }
}
