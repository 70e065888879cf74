//! Erlang B and C: customers who wait as long as it takes.

/// Most agents for which a need is looked for.
pub const AGENTS_MAX: u32 = 2_000_000;

/// What comes in and how long it takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Customers who come per unit of time.
    pub rate: f64,
    /// The mean handling time.
    pub handling: f64,
}

/// Erlang B: the share blocked where nobody can wait, at an offered load in erlangs. 1 without agents.
pub fn blocking(erlangs: f64, agents: u32) -> f64 {
    (1..=agents).fold(1.0, |b, k| erlangs * b / (f64::from(k) + erlangs * b))
}

/// Erlang C: the share who wait; 1 where the load is not below the agents.
pub fn delay(erlangs: f64, agents: u32) -> f64 {
    delay_from_blocking(erlangs, agents, blocking(erlangs, agents))
}

fn delay_from_blocking(erlangs: f64, agents: u32, b: f64) -> f64 {
    let occupancy = erlangs / f64::from(agents.max(1));
    if agents == 0 || occupancy >= 1.0 { 1.0 } else { b / (1.0 - occupancy * (1.0 - b)) }
}

impl Load {
    /// The offered load in erlangs.
    pub fn erlangs(&self) -> f64 {
        self.rate * self.handling
    }

    /// The share of the agents' time that is spent handling; at most 1.
    pub fn occupancy(&self, agents: u32) -> f64 {
        (self.erlangs() / f64::from(agents)).min(1.0)
    }

    /// How fast the wait runs off behind those agents; `None` where the queue would grow for ever.
    fn slack(&self, agents: u32) -> Option<f64> {
        let slack = (f64::from(agents) - self.erlangs()) / self.handling;
        (slack > 0.0).then_some(slack)
    }

    /// The mean wait of all, those who do not wait counted with 0 (ASA); `None` where the queue would grow for ever.
    pub fn mean_wait(&self, agents: u32) -> Option<f64> {
        Some(delay(self.erlangs(), agents) / self.slack(agents)?)
    }

    /// The share who wait longer than `t`; `None` where the queue would grow for ever.
    pub fn waiting_longer(&self, agents: u32, t: f64) -> Option<f64> {
        Some(delay(self.erlangs(), agents) * (-self.slack(agents)? * t).exp())
    }

    /// The share answered within `t`; `None` where the queue would grow for ever.
    pub fn service_level(&self, agents: u32, t: f64) -> Option<f64> {
        self.waiting_longer(agents, t).map(|longer| 1.0 - longer)
    }

    /// The wait that a share `q` of the customers do not exceed; `None` where the queue would grow for ever.
    pub fn wait_quantile(&self, agents: u32, q: f64) -> Option<f64> {
        let (slack, waits) = (self.slack(agents)?, delay(self.erlangs(), agents));
        Some(if 1.0 - q >= waits { 0.0 } else { (waits / (1.0 - q)).ln() / slack })
    }

    /// The mean number of those who wait; `None` where the queue would grow for ever.
    pub fn queue_length(&self, agents: u32) -> Option<f64> {
        self.mean_wait(agents).map(|w| w * self.rate)
    }
}

/// The fewest agents with whom a share `target` is answered within `t`; `None` for a load that is no number, a target of
/// 1 or more, or more than two million agents.
///
/// One walk along the recursion of Erlang B, so linear in the answer.
pub fn agents_needed(load: &Load, target: f64, t: f64) -> Option<u32> {
    let erlangs = load.erlangs();
    if !erlangs.is_finite() || erlangs < 0.0 || target >= 1.0 {
        return None;
    }
    if erlangs == 0.0 {
        return Some(0);
    }
    let mut b = 1.0;
    for agents in 0..=AGENTS_MAX {
        if agents > 0 {
            b = erlangs * b / (f64::from(agents) + erlangs * b);
        }
        let Some(slack) = load.slack(agents) else { continue };
        let longer = delay_from_blocking(erlangs, agents, b) * (-slack * t).exp();
        if 1.0 - longer >= target {
            return Some(agents);
        }
    }
    None
}
