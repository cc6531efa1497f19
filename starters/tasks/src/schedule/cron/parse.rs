//! Reads cron expressions, also while the program is compiled.

use super::{Cron, has};

/// What a field may hold.
struct Field {
    least: u32,
    most: u32,
    /// Three letters each, in order from `least`.
    names: &'static [u8],
    wrong: &'static str,
}

const SECONDS: Field = Field {
    least: 0,
    most: 59,
    names: b"",
    wrong: "the seconds are from 0 to 59",
};
const MINUTES: Field = Field {
    least: 0,
    most: 59,
    names: b"",
    wrong: "the minutes are from 0 to 59",
};
const HOURS: Field = Field {
    least: 0,
    most: 23,
    names: b"",
    wrong: "the hours are from 0 to 23",
};
const DAYS: Field = Field {
    least: 1,
    most: 31,
    names: b"",
    wrong: "the days of the month are from 1 to 31, or `L` for the last one",
};
const MONTHS: Field = Field {
    least: 1,
    most: 12,
    names: b"janfebmaraprmayjunjulaugsepoctnovdec",
    wrong: "the months are from 1 to 12, or JAN to DEC",
};
const WEEKDAYS: Field = Field {
    least: 0,
    most: 7,
    names: b"sunmontuewedthufrisat",
    wrong: "the days of the week are from 0 (Sunday) to 7 (Sunday too), or MON to SUN",
};

const FIELDS: &str = "a cron expression has five fields (minutes, hours, days of the month, months, \
                      days of the week), or six with the seconds first";

impl Cron {
    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub const fn parse(text: &str) -> Result<Self, &'static str> {
        let bytes = text.as_bytes();
        let text = match short_for(bytes) {
            Some(text) => text.as_bytes(),
            None => bytes,
        };
        // Where each field begins and ends.
        let mut fields = [(0, 0); 6];
        let (mut count, mut at) = (0, 0);
        while at < text.len() {
            if text[at].is_ascii_whitespace() {
                at += 1;
                continue;
            }
            let begin = at;
            while at < text.len() && !text[at].is_ascii_whitespace() {
                at += 1;
            }
            if count == 6 {
                return Err(FIELDS);
            }
            fields[count] = (begin, at);
            count += 1;
        }
        if count != 5 && count != 6 {
            return Err(FIELDS);
        }
        let first = count - 5;
        let seconds = match count {
            6 => read(text, fields[0], &SECONDS),
            _ => Ok(1),
        };
        let minutes = read(text, fields[first], &MINUTES);
        let hours = read(text, fields[first + 1], &HOURS);
        let (from, to) = fields[first + 2];
        let days = match to - from == 1 && matches!(text[from], b'l' | b'L') {
            true => Ok(1),
            false => read(text, fields[first + 2], &DAYS),
        };
        let months = read(text, fields[first + 3], &MONTHS);
        let weekdays = read(text, fields[first + 4], &WEEKDAYS);
        let cron = match (seconds, minutes, hours, days, months, weekdays) {
            (Ok(seconds), Ok(minutes), Ok(hours), Ok(days), Ok(months), Ok(weekdays)) => Self {
                seconds,
                minutes,
                hours,
                days,
                months,
                // Sunday is 0 and 7.
                weekdays: (weekdays | weekdays >> 7) & 0x7f,
                says_days: !is_any(text, fields[first + 2]),
                says_weekdays: !is_any(text, fields[first + 4]),
            },
            (Err(wrong), ..)
            | (_, Err(wrong), ..)
            | (_, _, Err(wrong), ..)
            | (_, _, _, Err(wrong), ..)
            | (_, _, _, _, Err(wrong), _)
            | (.., Err(wrong)) => return Err(wrong),
        };
        if cron.is_ever() {
            Ok(cron)
        } else {
            Err("none of these months has such a day, so it is never due")
        }
    }

    /// Whether one of the months has one of the days.
    const fn is_ever(&self) -> bool {
        if !self.says_days || self.says_weekdays || has(self.days, 0) {
            return true;
        }
        const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut month = 1;
        while month <= 12 {
            let first = self.days.trailing_zeros();
            if has(self.months, month) && first <= LENGTHS[month as usize - 1] {
                return true;
            }
            month += 1;
        }
        false
    }
}

const fn short_for(text: &[u8]) -> Option<&'static str> {
    const WORDS: [(&[u8], &str); 7] = [
        (b"@hourly", "0 * * * *"),
        (b"@daily", "0 0 * * *"),
        (b"@midnight", "0 0 * * *"),
        (b"@weekly", "0 0 * * 0"),
        (b"@monthly", "0 0 1 * *"),
        (b"@yearly", "0 0 1 1 *"),
        (b"@annually", "0 0 1 1 *"),
    ];
    let mut at = 0;
    while at < WORDS.len() {
        if text.eq_ignore_ascii_case(WORDS[at].0) {
            return Some(WORDS[at].1);
        }
        at += 1;
    }
    None
}

const fn is_any(text: &[u8], (from, to): (usize, usize)) -> bool {
    to - from == 1 && matches!(text[from], b'*' | b'?')
}

/// The values of a field, as bits.
const fn read(
    text: &[u8],
    (mut at, end): (usize, usize),
    field: &Field,
) -> Result<u64, &'static str> {
    let mut bits = 0;
    loop {
        let (mut low, mut high);
        let ranged;
        if at < end && matches!(text[at], b'*' | b'?') {
            (low, high) = (field.least, field.most);
            ranged = true;
            at += 1;
        } else {
            (low, at) = match value(text, at, end, field) {
                Some(found) => found,
                None => return Err(field.wrong),
            };
            high = low;
            ranged = at < end && text[at] == b'-';
            if ranged {
                (high, at) = match value(text, at + 1, end, field) {
                    Some(found) => found,
                    None => return Err(field.wrong),
                };
            }
        }
        let mut step = 1;
        if at < end && text[at] == b'/' {
            (step, at) = match number(text, at + 1, end) {
                Some(found) => found,
                None => return Err("a step is a number behind a slash: `*/15`"),
            };
            if step == 0 {
                return Err("a step of 0 goes nowhere");
            }
            if !ranged {
                high = field.most;
            }
        }
        if low > high {
            return Err("a range goes from the lower to the higher: `1-5`");
        }
        while low <= high {
            bits |= 1 << low;
            low += step;
        }
        if at == end {
            return Ok(bits);
        }
        if text[at] != b',' {
            return Err(field.wrong);
        }
        at += 1;
    }
}

/// A number or a name, and where it ends.
const fn value(text: &[u8], at: usize, end: usize, field: &Field) -> Option<(u32, usize)> {
    if let Some((value, at)) = number(text, at, end) {
        if value < field.least || value > field.most {
            return None;
        }
        return Some((value, at));
    }
    if at + 3 > end {
        return None;
    }
    let mut name = 0;
    while name * 3 < field.names.len() {
        let mut letter = 0;
        while letter < 3 && text[at + letter].to_ascii_lowercase() == field.names[name * 3 + letter]
        {
            letter += 1;
        }
        if letter == 3 {
            return Some((field.least + name as u32, at + 3));
        }
        name += 1;
    }
    None
}

/// A number, and where it ends.
const fn number(text: &[u8], mut at: usize, end: usize) -> Option<(u32, usize)> {
    let begin = at;
    let mut value: u32 = 0;
    while at < end && text[at].is_ascii_digit() && at - begin < 4 {
        value = value * 10 + (text[at] - b'0') as u32;
        at += 1;
    }
    if at == begin { None } else { Some((value, at)) }
}
