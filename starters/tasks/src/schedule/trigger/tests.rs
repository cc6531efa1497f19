use super::*;

/// Every time that is due between two times, as clocks in Berlin show it.
fn due(cron: &str, from: &str, to: &str) -> Vec<String> {
    due_in(chrono_tz::Europe::Berlin, cron, from, to)
}

fn due_in(zone: Tz, cron: &str, from: &str, to: &str) -> Vec<String> {
    let trigger = Trigger::Cron(Cron::parse(cron).unwrap(), zone);
    let (mut after, to): (DateTime<Utc>, DateTime<Utc>) =
        (from.parse().unwrap(), to.parse().unwrap());
    let mut all = Vec::new();
    while let Some(next) = trigger.next(after).filter(|it| *it <= to) {
        assert!(next > after);
        all.push(next.with_timezone(&zone).format("%d %H:%M %z").to_string());
        after = next;
    }
    all
}

#[test]
fn a_time_that_is_shown_twice_is_due_once() {
    // 2026-10-25: at 03:00 clocks go back to 02:00.
    let (from, to) = ("2026-10-24T20:00:00Z", "2026-10-26T12:00:00Z");
    assert_eq!(
        due("30 2 * * *", from, to),
        ["25 02:30 +0200", "26 02:30 +0100"]
    );
    assert_eq!(
        due("0 2,3 * * *", from, "2026-10-25T12:00:00Z"),
        ["25 02:00 +0200", "25 03:00 +0100"]
    );
}

#[test]
fn a_time_that_is_not_shown_is_due_once_as_soon_as_it_is_past() {
    // 2026-03-29: at 02:00 clocks go forward to 03:00.
    let (from, to) = ("2026-03-28T20:00:00Z", "2026-03-30T12:00:00Z");
    assert_eq!(
        due("30 2 * * *", from, to),
        ["29 03:00 +0200", "30 02:30 +0200"]
    );
    assert_eq!(
        due("15,45 2 * * *", from, "2026-03-29T12:00:00Z"),
        ["29 03:00 +0200"]
    );
    assert_eq!(
        due("0 2,3 * * *", from, "2026-03-29T12:00:00Z"),
        ["29 03:00 +0200"]
    );
}

#[test]
fn what_is_due_in_every_hour_goes_by_the_time_that_passes() {
    let back = due(
        "*/30 * * * *",
        "2026-10-24T23:59:00Z",
        "2026-10-25T02:00:00Z",
    );
    assert_eq!(
        back,
        [
            "25 02:00 +0200",
            "25 02:30 +0200",
            "25 02:00 +0100",
            "25 02:30 +0100",
            "25 03:00 +0100"
        ]
    );
    let forward = due(
        "*/30 * * * *",
        "2026-03-29T00:29:00Z",
        "2026-03-29T01:30:00Z",
    );
    assert_eq!(
        forward,
        ["29 01:30 +0100", "29 03:00 +0200", "29 03:30 +0200"]
    );
}

#[test]
fn a_change_of_half_an_hour_at_another_time_is_one_too() {
    // Lord Howe: 2026-10-04 at 02:00 forward to 02:30, 2026-04-05 at 02:00 back to 01:30.
    let zone = chrono_tz::Australia::Lord_Howe;
    assert_eq!(
        due_in(
            zone,
            "15 2 * * *",
            "2026-10-03T12:00:00Z",
            "2026-10-04T12:00:00Z"
        ),
        ["04 02:30 +1100"]
    );
    assert_eq!(
        due_in(
            zone,
            "45 1 * * *",
            "2026-04-04T12:00:00Z",
            "2026-04-05T12:00:00Z"
        ),
        ["05 01:45 +1100"]
    );
}

#[test]
fn every_counts_from_1970_so_that_all_instances_agree() {
    let every = Trigger::Every(Duration::from_secs(30));
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let (now, next) = (at("2026-11-24T08:00:07Z"), at("2026-11-24T08:00:30Z"));
    assert_eq!(every.next(now), Some(next));
    assert_eq!(every.next(next), Some(at("2026-11-24T08:01:00Z")));
}

#[test]
fn the_last_time_is_found_however_long_ago() {
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let daily = Trigger::Cron(Cron::parse("0 3 * * *").unwrap(), Tz::UTC);
    let (long_ago, now) = (at("2020-01-01T00:00:00Z"), at("2026-11-24T08:00:00Z"));
    assert_eq!(daily.last(long_ago, now), Some(at("2026-11-24T03:00:00Z")));
    assert_eq!(daily.last(at("2026-11-24T03:00:00Z"), now), None);
    let secondly = Trigger::Cron(Cron::parse("* * * * * *").unwrap(), Tz::UTC);
    assert_eq!(secondly.last(long_ago, now), Some(now));
    let yearly = Trigger::Cron(Cron::parse("@yearly").unwrap(), Tz::UTC);
    assert_eq!(yearly.last(long_ago, now), Some(at("2026-01-01T00:00:00Z")));
}
