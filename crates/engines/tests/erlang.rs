//! The queueing formulas against published and independently computed values.

#![allow(clippy::unwrap_used)]

use engines::erlang::{Load, Patience, agents_needed, blocking, delay};

#[track_caller]
fn same(got: f64, wanted: f64, relative: f64) {
    assert!((got - wanted).abs() <= relative * wanted.abs(), "{got} is not {wanted}");
}

fn per_half_hour(customers: f64, handling_s: f64) -> Load {
    Load { rate: customers / 1_800.0, handling: handling_s }
}

#[test]
fn blocking_and_delay_are_those_of_the_tables() {
    same(blocking(5.0, 10), 0.018_384_570_336_648_1, 1e-12);
    same(blocking(12.03, 20), 0.009_995_867_91, 1e-8);
    same(blocking(84.06, 100), 0.009_991_702_59, 1e-8);
    same(delay(3.0, 5), 0.236_151_603_498_542, 1e-12);
    same(delay(1_000.0, 1_030), 0.248_908_785_843_602, 1e-9);
    same(delay(1e4, 10_100), 0.224_762_906_466_532, 1e-9);
    same(delay(1e5, 100_400), 0.136_831_920_625_24, 1e-9);
    assert_eq!((delay(5.0, 5), delay(0.0, 0), blocking(3.0, 0)), (1.0, 1.0, 1.0));
}

#[test]
fn waits_without_patience_are_those_of_the_worked_examples() {
    let load = per_half_hour(360.0, 240.0);
    same(load.erlangs(), 48.0, 1e-12);
    same(load.occupancy(55), 0.872_727_272_7, 1e-9);
    same(delay(48.0, 55), 0.238_700_936_378, 1e-9);
    same(load.mean_wait(55).unwrap(), 8.184_032_10, 1e-8);
    same(load.service_level(55, 15.0).unwrap(), 0.845_883_092, 1e-8);
    let load = per_half_hour(100.0, 180.0);
    let table = [
        (11, 0.389_613_811_729, 122.781_276_844),
        (12, 0.640_158_040_374, 40.444_940_186_8),
        (13, 0.795_594_788_418, 17.116_227_182_2),
        (14, 0.888_350_019_179, 7.835_937_01),
    ];
    for (agents, level, asa) in table {
        same(load.service_level(agents, 20.0).unwrap(), level, 1e-9);
        same(load.mean_wait(agents).unwrap(), asa, 1e-8);
    }
    let load = Load { rate: 48.0, handling: 1.0 };
    same(delay(48.0, 50), 0.694_455_611_197, 1e-9);
    same(load.mean_wait(50).unwrap() * 60.0, 20.833_668_3, 1e-8);
    same(load.wait_quantile(50, 0.9).unwrap() * 60.0, 58.138_7, 1e-5);
    same(load.queue_length(50).unwrap(), 16.667, 1e-3);
    assert_eq!(load.mean_wait(48), None, "the queue would grow for ever");
}

#[test]
fn waits_with_patience_are_those_of_the_worked_examples() {
    let minutes = Patience::new(Load { rate: 48.0, handling: 1.0 }, 50, 2.0).unwrap();
    same(minutes.delay(), 0.467_774_068_554, 1e-9);
    same(minutes.abandonment(), 0.030_912_249_162_2, 1e-9);
    same(minutes.mean_wait() * 60.0, 3.709_469_899, 1e-9);
    same(minutes.wait_quantile(0.9) * 60.0, 12.445, 1e-4);
    same(minutes.queue_length(), 2.967_575_917_57, 1e-9);
    same(minutes.occupancy(), 0.930_324_240_804, 1e-9);
    let level = minutes.service_level(20.0 / 60.0);
    same(level, 0.943_018_954_747, 1e-9);
    let gone_or_answered = 1.0 - minutes.waiting_longer(20.0 / 60.0);
    same(gone_or_answered, 0.972_864_391_708, 1e-9);
    same(level / (1.0 - (gone_or_answered - level)), 0.972_029_602_987, 1e-9);
    let as_many = Patience::new(per_half_hour(100.0, 180.0), 12, 180.0).unwrap();
    same(as_many.delay(), 0.303_223_853_696_893, 1e-9);
    same(as_many.abandonment(), 0.053_091_625_370_7, 1e-9);
    same(as_many.service_level(20.0), 0.802_303_867_284, 1e-9);
    let over = Patience::new(Load { rate: 1.0, handling: 60.0 }, 50, 120.0).unwrap();
    same(over.abandonment(), 0.168_228_589_447, 1e-9);
    same(over.mean_wait(), 20.187_430_7, 1e-8);
    same(over.service_level(20.0), 0.383_617_166_802, 1e-9);
    same(over.occupancy(), 0.998_125_692_663, 1e-9);
    let large = Patience::new(Load { rate: 1_000.0 / 300.0, handling: 300.0 }, 1_000, 120.0).unwrap();
    same(large.delay(), 0.392_607_768_001, 1e-9);
    same(large.abandonment(), 0.015_454_009_654_1, 1e-9);
    same(large.mean_wait(), 1.854_481_158_49, 1e-9);
    same(large.service_level(20.0), 0.984_140_564_26, 1e-9);
    let critical = Patience::new(per_half_hour(200.0, 180.0), 20, 180.0).unwrap();
    same(critical.abandonment(), 0.088_835_317_392_1, 1e-9);
    same(critical.mean_wait(), 15.990_357_130_6, 1e-9);
    same(critical.service_level(20.0), 0.650_073_755_986, 1e-9);
}

#[test]
fn the_need_is_the_least_that_does() {
    let needs = [
        (2_000.0, 208, 0.808_639_319_730_558),
        (10_000.0, 1_011, 0.813_796_548_392_464),
        (100_000.0, 10_013, 0.800_232_069_057_641),
    ];
    for (customers, agents, level) in needs {
        let load = per_half_hour(customers, 180.0);
        assert_eq!(agents_needed(&load, 0.8, 20.0), Some(agents));
        same(load.service_level(agents, 20.0).unwrap(), level, 1e-9);
        assert!(load.service_level(agents - 1, 20.0).unwrap() < 0.8);
    }
    let hourly = Load { rate: 250.0 / 3_600.0, handling: 330.0 };
    assert_eq!(agents_needed(&hourly, 0.8, 30.0), Some(28));
    same(hourly.service_level(28, 30.0).unwrap(), 0.856_850_302_620, 1e-9);
    let small = Load { rate: 0.6 / 180.0, handling: 180.0 };
    assert_eq!(agents_needed(&small, 0.8, 600.0), Some(1), "one agent does where others staff two");
    assert_eq!(agents_needed(&Load { rate: 0.0, handling: 180.0 }, 0.8, 20.0), Some(0));
    assert_eq!(agents_needed(&small, 1.0, 20.0), None);
}

#[test]
fn limits_and_identities_hold() {
    let load = Load { rate: 48.0, handling: 1.0 };
    let endless = Patience::new(load, 50, 1e9).unwrap();
    same(endless.mean_wait(), load.mean_wait(50).unwrap(), 1e-5);
    let none = Patience::new(load, 50, 1e-9).unwrap();
    same(none.abandonment(), blocking(48.0, 50), 1e-5);
    for agents in [1, 30, 48, 60, 90] {
        let p = Patience::new(load, agents, 2.0).unwrap();
        same(p.delay() + p.free(), 1.0, 1e-12);
        let mut last = 0.0;
        for t in [0.0, 0.01, 0.1, 0.5, 2.0, 10.0, 100.0] {
            let level = p.service_level(t);
            assert!(level >= last - 1e-12 && level <= 1.0 - p.abandonment() + 1e-12, "{agents} {t}: {level}");
            last = level;
        }
        same(last, 1.0 - p.abandonment(), 1e-6);
    }
    for (rate, handling, patience) in [(0.0, 1.0, 1.0), (1.0, f64::NAN, 1.0), (1.0, 1.0, -2.0)] {
        assert!(Patience::new(Load { rate, handling }, 3, patience).is_none());
    }
}
