//! What an agent's day was made of, from the states they were in and the contacts they had. Pure.

use super::model::Sums;
use kernel::Millis;

/// A stretch of time, half-open.
pub type Stretch = (Millis, Millis);

/// A state somebody was in, from then to then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// The state's word.
    pub state: String,
    /// From when.
    pub from: Millis,
    /// Until when; not yet over without.
    pub to: Option<Millis>,
}

fn clip(s: Stretch, within: Stretch) -> Option<Stretch> {
    let cut = (s.0.max(within.0), s.1.min(within.1));
    (cut.0 < cut.1).then_some(cut)
}

/// The stretches joined: sorted, without overlap.
pub fn joined(mut all: Vec<Stretch>) -> Vec<Stretch> {
    all.sort_unstable();
    let mut out: Vec<Stretch> = Vec::with_capacity(all.len());
    for s in all {
        match out.last_mut() {
            Some(last) if s.0 <= last.1 => last.1 = last.1.max(s.1),
            _ => out.push(s),
        }
    }
    out
}

fn overlap(with: &[Stretch], s: Stretch) -> Millis {
    with.iter().filter_map(|w| clip(*w, s)).map(|(a, b)| b - a).sum()
}

/// The sums of one agent within `day`, up to `now`. Breaks count where they begin; time is cut at the edges.
pub fn day_of(stays: &[Stay], contacts: &[(Millis, Option<Millis>)], day: Stretch, now: Millis) -> Sums {
    let within = (day.0, day.1.min(now));
    let contacts = contacts.iter().filter_map(|(a, b)| clip((*a, b.unwrap_or(now)), within));
    let busy = joined(contacts.collect());
    let mut sums = Sums::default();
    for stay in stays {
        let begins_here = stay.from >= day.0 && stay.from < day.1;
        if stay.state == "break" && begins_here {
            sums.breaks += 1;
        }
        let Some(s) = clip((stay.from, stay.to.unwrap_or(now)), within) else { continue };
        let (length, with_contact) = (s.1 - s.0, overlap(&busy, s));
        sums.signed_in_ms += length;
        match stay.state.as_str() {
            "ready" => {
                sums.engaged_ms += with_contact;
                sums.idle_ms += length - with_contact;
            }
            "wrap_up" => sums.engaged_ms += length,
            "busy" => sums.engaged_ms += with_contact,
            "break" => sums.break_ms += length,
            _ => {}
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay(state: &str, from: Millis, to: Millis) -> Stay {
        Stay { state: state.into(), from, to: Some(to) }
    }

    #[test]
    fn two_contacts_at_once_are_time_once() {
        let stays = [stay("ready", 0, 100), stay("wrap_up", 100, 110), stay("break", 110, 130)];
        let sums = day_of(&stays, &[(10, Some(40)), (20, Some(60)), (90, Some(95))], (0, 1_000), 1_000);
        assert_eq!((sums.engaged_ms, sums.idle_ms), (50 + 5 + 10, 45));
        assert_eq!((sums.signed_in_ms, sums.break_ms, sums.breaks), (130, 20, 1));
    }

    #[test]
    fn a_night_is_cut_at_midnight_and_what_goes_on_at_now() {
        let night = [Stay { state: "ready".into(), from: -50, to: None }];
        let sums = day_of(&night, &[(-20, None)], (0, 100), 30);
        assert_eq!((sums.signed_in_ms, sums.engaged_ms, sums.idle_ms), (30, 30, 0));
        let early = [stay("break", -50, 20)];
        let sums = day_of(&early, &[], (0, 100), 100);
        assert_eq!((sums.breaks, sums.break_ms), (0, 20), "it was yesterday's, its rest is today's");
    }

    #[test]
    fn a_contact_held_during_a_break_is_no_occupancy() {
        let sums = day_of(&[stay("break", 0, 10), stay("meeting", 10, 20)], &[(0, Some(20))], (0, 100), 100);
        assert_eq!((sums.engaged_ms, sums.idle_ms), (0, 0));
    }
}
