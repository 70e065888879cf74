//! Erlang A: customers who leave when their patience, exponential with a known mean, is over.
//!
//! The number of customers is a birth–death chain; its probabilities are found by the ratios of neighbours, outward from
//! the most likely number, so nothing overflows. Who finds `k` waiting ahead waits until `k + 1` have left the head:
//! a sum of exponentials with rates nμ, nμ+θ, …, nμ+kθ, whose distribution is that of −ln B/θ for a Beta(nμ/θ, k+1)
//! variable B. The Beta's distribution function is summed by its recurrence in k.

use super::Load;

/// Terms below this share of the largest are left out.
const NEGLIGIBLE: f64 = 1e-22;
/// Most customers looked at, for loads that no floor has.
const CUSTOMERS_MAX: usize = 20_000_000;

/// A queue before some agents whose customers have limited patience.
#[derive(Debug, Clone)]
pub struct Patience {
    load: Load,
    agents: u32,
    /// Rate of leaving, of each who waits.
    theta: f64,
    /// Probability that fewer than all agents are busy.
    free: f64,
    /// Probability of `k` waiting (all agents busy), by `k`.
    waiting: Vec<f64>,
}

impl Patience {
    /// A queue in its steady state; `None` for arguments that are not positive numbers, no agents, or a
    /// queue of more than twenty million.
    pub fn new(load: Load, agents: u32, mean_patience: f64) -> Option<Patience> {
        let theta = 1.0 / mean_patience;
        let sound = [load.rate, load.handling, theta].iter().all(|x| x.is_finite() && *x > 0.0);
        if !sound || agents == 0 {
            return None;
        }
        let (n, mu) = (agents as usize, 1.0 / load.handling);
        // The rate of leaving with so many customers.
        let death = |k: usize| k.min(n) as f64 * mu + k.saturating_sub(n) as f64 * theta;
        let at_n = load.rate - death(n);
        let mode = if at_n >= 0.0 { n + (at_n / theta) as usize } else { (load.rate / mu) as usize };
        if mode > CUSTOMERS_MAX {
            return None;
        }
        let (mut free, mut waiting) = (0.0, vec![]);
        let mut weight = 1.0;
        let mut down = vec![];
        for k in (0..=mode).rev() {
            if weight < NEGLIGIBLE {
                break;
            }
            if k >= n {
                down.push(weight)
            } else {
                free += weight
            }
            weight *= death(k) / load.rate;
        }
        // Below the mode the chain may have ended before it came to n: then those up to there are negligible.
        if mode >= n {
            waiting.resize(mode + 1 - n - down.len(), 0.0);
            waiting.extend(down.into_iter().rev());
        }
        weight = 1.0;
        for k in mode + 1..CUSTOMERS_MAX {
            weight *= load.rate / death(k);
            if weight < NEGLIGIBLE {
                break;
            }
            if k >= n { waiting.push(weight) } else { free += weight }
        }
        let sum = free + waiting.iter().sum::<f64>();
        waiting.iter_mut().for_each(|w| *w /= sum);
        Some(Patience { load, agents, theta, free: free / sum, waiting })
    }

    /// The share who find all agents busy.
    pub fn delay(&self) -> f64 {
        self.waiting.iter().sum()
    }

    /// The probability that some agent is free.
    pub fn free(&self) -> f64 {
        self.free
    }

    /// The mean number of those who wait.
    pub fn queue_length(&self) -> f64 {
        self.waiting.iter().zip(0..).map(|(p, k)| p * f64::from(k)).sum()
    }

    /// The share who leave before they are answered.
    pub fn abandonment(&self) -> f64 {
        self.theta * self.queue_length() / self.load.rate
    }

    /// The mean wait of all, answered or not.
    pub fn mean_wait(&self) -> f64 {
        self.queue_length() / self.load.rate
    }

    /// The share of the agents' time that is spent handling.
    pub fn occupancy(&self) -> f64 {
        self.load.erlangs() * (1.0 - self.abandonment()) / f64::from(self.agents)
    }

    /// For each `k` waiting ahead: its probability, and that of Beta(`a`, k+1) below `x`.
    fn below(&self, a: f64, x: f64) -> impl Iterator<Item = (f64, f64)> {
        let mut below = (a * x.ln()).exp();
        // The next term of the recurrence: x^a (1-x)^b / (b B(a, b)), for b = k + 1.
        let mut term = a * x.ln() + (1.0 - x).ln() + a.ln();
        self.waiting.iter().zip(1..).map(move |(p, b)| {
            let now = below.min(1.0);
            let b = f64::from(b);
            below += term.exp();
            term += (1.0 - x).ln() + ((a + b) / (b + 1.0)).ln();
            (*p, now)
        })
    }

    /// The share who still wait after `t`, neither answered nor gone.
    pub fn waiting_longer(&self, t: f64) -> f64 {
        let x = (-self.theta * t).exp();
        if t <= 0.0 {
            return self.delay();
        }
        let a = f64::from(self.agents) / (self.load.handling * self.theta);
        x * self.below(a, x).map(|(p, below)| p * below).sum::<f64>()
    }

    /// The share answered within `t`, of all who come.
    pub fn service_level(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return 1.0 - self.delay();
        }
        let x = (-self.theta * t).exp();
        let a = f64::from(self.agents) / (self.load.handling * self.theta);
        // Answered within t: the wait for the head is within t and the patience longer: E[B; B >= x].
        let waited =
            self.below(a + 1.0, x).zip(1..).map(|((p, below), b)| p * a / (a + f64::from(b)) * (1.0 - below));
        1.0 - self.delay() + waited.sum::<f64>()
    }

    /// The wait that a share `q` of the customers do not exceed, answered or not.
    pub fn wait_quantile(&self, q: f64) -> f64 {
        if self.delay() <= 1.0 - q {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, self.load.handling);
        // Doubling and halving: enough of both for any f64.
        for _ in 0..200 {
            if self.waiting_longer(high) <= 1.0 - q {
                break;
            }
            high *= 2.0;
        }
        for _ in 0..200 {
            let middle = (low + high) / 2.0;
            if self.waiting_longer(middle) > 1.0 - q { low = middle } else { high = middle }
        }
        high
    }
}
