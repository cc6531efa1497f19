use super::*;

fn next(text: &str, after: &str) -> String {
    let cron = Cron::parse(text).unwrap();
    let after = NaiveDateTime::parse_from_str(after, "%Y-%m-%d %H:%M:%S").unwrap();
    cron.next(after)
        .map(|time| time.to_string())
        .unwrap_or_default()
}

#[test]
fn the_next_time_is_found() {
    let check = |text, after, expected| assert_eq!(next(text, after), expected, "{text}");
    check("* * * * *", "2026-11-24 08:00:00", "2026-11-24 08:01:00");
    check("* * * * * *", "2026-11-24 08:00:00", "2026-11-24 08:00:01");
    check("*/15 * * * *", "2026-11-24 08:50:01", "2026-11-24 09:00:00");
    check("0 3 * * *", "2026-11-24 03:00:00", "2026-11-25 03:00:00");
    check("30 0 3 * * *", "2026-11-24 03:00:00", "2026-11-24 03:00:30");
    check(
        "0 8-18/5 * * *",
        "2026-11-24 09:00:00",
        "2026-11-24 13:00:00",
    );
    check(
        "0 9 * * MON-FRI",
        "2026-11-27 09:00:00",
        "2026-11-30 09:00:00",
    );
    check("0 9 * * 7", "2026-11-24 09:00:00", "2026-11-29 09:00:00");
    check("0 0 L * *", "2026-02-01 00:00:00", "2026-02-28 00:00:00");
    check("0 0 29 2 *", "2026-01-01 00:00:00", "2028-02-29 00:00:00");
    check("0 0 29 FEB ?", "2096-03-01 00:00:00", "2104-02-29 00:00:00");
    check("0 0 1,15 * *", "2026-11-24 00:00:00", "2026-12-01 00:00:00");
    check("5/20 * * * *", "2026-11-24 08:30:00", "2026-11-24 08:45:00");
    check("@weekly", "2026-11-24 08:30:00", "2026-11-29 00:00:00");
    // Either will do.
    check("0 0 13 * FRI", "2026-11-24 00:00:00", "2026-11-27 00:00:00");
    check(
        "59 59 23 31 12 *",
        "2026-12-31 23:59:59",
        "2027-12-31 23:59:59",
    );
}

#[test]
fn what_is_wrong_is_told() {
    let check = |text, expected| {
        let told = Cron::parse(text).unwrap_err();
        assert!(told.contains(expected), "{text}: {told}");
    };
    check("", "five fields");
    check("* * * *", "five fields");
    check("* * * * * * *", "five fields");
    check("60 * * * *", "minutes");
    check("* 24 * * *", "hours");
    check("* * 0 * *", "days of the month");
    check("* * * 13 *", "months");
    check("* * * FOO *", "months");
    check("* * * * 8", "days of the week");
    check("61 * * * * *", "seconds");
    check("5-1 * * * *", "lower to the higher");
    check("*/0 * * * *", "goes nowhere");
    check("*/ * * * *", "a step");
    check("1, * * * *", "minutes");
    check("1x * * * *", "minutes");
    check("99999999999 * * * *", "minutes");
    check("0 0 31 2,4 *", "never due");
    check("@never", "five fields");
}
