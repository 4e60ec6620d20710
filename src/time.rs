//! Moments, in the two notations that the service uses.
//!
//! Written by hand: a date library for these few lines costs 16 kB of gzipped wasm.

use crate::text::{digit, push_digits};

/// A moment in UTC, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MILLIS_PER_DAY: i64 = 86_400_000;
/// The service writes four-digit years only.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;
/// Their milliseconds.
const MOMENTS: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

impl Timestamp {
    /// The moment so many milliseconds after 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: i64) -> Self {
        Timestamp(millis)
    }

    /// The milliseconds from this time to another one, at least 0.
    pub(crate) fn millis_until(self, end: i64) -> u32 {
        (end - self.millis()).clamp(0, i64::from(u32::MAX)) as u32
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// `Fri, 02 Jan 2026 03:04:05 GMT`: headers and message times.
    pub fn to_rfc1123(self) -> String {
        let date = Date::of(self);
        let mut out = String::with_capacity(29);
        out.push_str(DAYS.get(date.weekday).copied().unwrap_or_default());
        out.push_str(", ");
        push_two(&mut out, date.day);
        out.push(' ');
        out.push_str(MONTHS.get(date.month as usize - 1).copied().unwrap_or_default());
        out.push(' ');
        push_year(&mut out, date.year);
        out.push(' ');
        date.push_clock(&mut out);
        out.push_str(" GMT");
        out
    }

    /// `2026-01-02T03:04:05Z`, whole seconds: access policies, SAS, user delegation keys.
    pub fn to_iso8601(self) -> String {
        let date = Date::of(self);
        let mut out = String::with_capacity(20);
        push_year(&mut out, date.year);
        out.push('-');
        push_two(&mut out, date.month);
        out.push('-');
        push_two(&mut out, date.day);
        out.push('T');
        date.push_clock(&mut out);
        out.push('Z');
        out
    }

    /// Reads what [`to_rfc1123`](Self::to_rfc1123) writes.
    pub fn from_rfc1123(text: &str) -> Option<Self> {
        // A page of messages has a hundred of them, so not by the cursor.
        let text: &[u8; 29] = text.as_bytes().try_into().ok()?;
        #[rustfmt::skip]
        let &[
            _, _, _, b',', b' ', d1, d2, b' ', m1, m2, m3, b' ', y1, y2, y3, y4, b' ',
            h1, h2, b':', n1, n2, b':', s1, s2, b' ', b'G', b'M', b'T',
        ] = text else { return None };
        let (year, month, day) = (digits(&[y1, y2, y3, y4])?, month_of([m1, m2, m3])?, digits(&[d1, d2])?);
        let seconds = seconds_of_day(digits(&[h1, h2])?, digits(&[n1, n2])?, digits(&[s1, s2])?)?;
        moment(year, month, day, i64::from(seconds) * 1000)
    }

    /// Reads ISO 8601 as the service and its users write it: a date, or a date with
    /// `hh:mm`, seconds, any number of decimals, and `Z` or an offset. No zone means UTC.
    pub fn from_iso8601(text: &str) -> Option<Self> {
        let mut cursor = Cursor::new(text.as_bytes());
        let year = cursor.number(4);
        cursor.literal(b"-");
        let month = cursor.number(2);
        cursor.literal(b"-");
        let day = cursor.number(2);
        let mut millis = 0;
        if !cursor.rest.is_empty() {
            if !cursor.eat(b"Tt ") {
                return None;
            }
            millis = i64::from(cursor.clock()) * 1000;
            if cursor.eat(b".") {
                millis += cursor.decimals();
            }
            millis -= i64::from(cursor.offset_minutes()) * 60_000;
        }
        let is_whole = !cursor.broken && cursor.rest.is_empty();
        moment(year, month, day, millis).filter(|_| is_whole)
    }
}

/// Numbers of 32 bits here and below: to divide longer ones takes several times as long in wasm.
fn digits(digits: &[u8]) -> Option<i32> {
    let mut number = 0;
    for digit in digits {
        number = number * 10 + digit.is_ascii_digit().then_some(i32::from(digit & 15))?;
    }
    Some(number)
}

/// The number of a month. To look through [`MONTHS`] takes longer than all else of a date.
fn month_of(name: [u8; 3]) -> Option<i32> {
    Some(match &name {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
}

fn seconds_of_day(hours: i32, minutes: i32, seconds: i32) -> Option<i32> {
    // 60 is a leap second.
    (hours <= 23 && minutes <= 59 && seconds <= 60).then_some(hours * 3600 + minutes * 60 + seconds)
}

/// A moment of a day that there is.
fn moment(year: i32, month: i32, day: i32, millis_of_day: i64) -> Option<Timestamp> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    let moment = i64::from(days_from_civil(year, month, day)) * MILLIS_PER_DAY + millis_of_day;
    // An offset or a leap second can lead out of the years.
    (YEARS.contains(&year) && (1..=last).contains(&day) && MOMENTS.contains(&moment)).then_some(Timestamp(moment))
}

/// Days since 1970-01-01 of a date in the Gregorian calendar; years begin in March,
/// so that the leap day is the last one.
fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

struct Date {
    year: i64,
    month: u32,
    day: u32,
    weekday: usize,
    second_of_day: u32,
}

impl Date {
    fn of(moment: Timestamp) -> Self {
        let days = moment.0.div_euclid(MILLIS_PER_DAY);
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097) as u32;
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        Date {
            year: i64::from(year_of_era) + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * march_month + 2) / 5 + 1,
            weekday: days.rem_euclid(7) as usize,
            second_of_day: moment.0.rem_euclid(MILLIS_PER_DAY) as u32 / 1000,
        }
    }

    fn push_clock(&self, out: &mut String) {
        push_two(out, self.second_of_day / 3600);
        out.push(':');
        push_two(out, self.second_of_day / 60 % 60);
        out.push(':');
        push_two(out, self.second_of_day % 60);
    }
}

fn push_two(out: &mut String, number: u32) {
    for digit_of in [number / 10, number % 10] {
        out.push(char::from(digit(digit_of as u8)));
    }
}

fn push_year(out: &mut String, year: i64) {
    if year < 0 {
        out.push('-');
    }
    push_digits(out, year.unsigned_abs(), 10, 4);
}

/// What is left to read of a text. It remembers whether something was not as it should be, so
/// that only the end has to ask.
struct Cursor<'a> {
    rest: &'a [u8],
    broken: bool,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a [u8]) -> Self {
        Cursor { rest: text, broken: false }
    }

    /// Reads one of these bytes, if one of them comes next.
    #[inline(never)]
    fn eat(&mut self, wanted: &[u8]) -> bool {
        match self.rest.split_first() {
            Some((byte, rest)) if wanted.contains(byte) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn literal(&mut self, text: &[u8]) {
        for byte in text {
            self.broken |= !self.eat(&[*byte]);
        }
    }

    #[inline(never)]
    fn number(&mut self, digits: u32) -> i32 {
        let mut number = 0;
        for _ in 0..digits {
            number = number * 10
                + self.digit().unwrap_or_else(|| {
                    self.broken = true;
                    0
                });
        }
        number
    }

    fn digit(&mut self) -> Option<i32> {
        let digit = *self.rest.first()?;
        self.eat(b"0123456789").then_some(i32::from(digit & 15))
    }

    /// `hh:mm` or `hh:mm:ss`, in seconds.
    #[inline(never)]
    fn clock(&mut self) -> i32 {
        let hours = self.number(2);
        self.literal(b":");
        let minutes = self.number(2);
        let seconds = if self.eat(b":") { self.number(2) } else { 0 };
        seconds_of_day(hours, minutes, seconds).unwrap_or_else(|| {
            self.broken = true;
            0
        })
    }

    /// The digits after the point, cut to milliseconds.
    fn decimals(&mut self) -> i64 {
        let mut millis = self.number(1) * 100;
        let mut place = 10;
        while let Some(digit) = self.digit() {
            millis += digit * place;
            place /= 10;
        }
        i64::from(millis)
    }

    /// `Z`, `+hh:mm`, `-hh:mm`, `+hhmm` or nothing, in minutes east of UTC.
    fn offset_minutes(&mut self) -> i32 {
        if self.rest.is_empty() || self.eat(b"Zz") {
            return 0;
        }
        let west = self.eat(b"-");
        self.broken |= !west && !self.eat(b"+");
        let hours = self.number(2);
        self.eat(b":");
        let minutes = self.number(2);
        self.broken |= hours > 23 || minutes > 59;
        let offset = hours * 60 + minutes;
        if west { -offset } else { offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc1123_of_known_moments() {
        for (millis, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_767_323_045_000, "Fri, 02 Jan 2026 03:04:05 GMT"),
            (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (253_402_300_799_000, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (-1_000, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] {
            assert_eq!(Timestamp(millis).to_rfc1123(), text);
            assert_eq!(Timestamp::from_rfc1123(text), Some(Timestamp(millis)));
        }
    }

    #[test]
    fn iso8601_in_every_shape_the_service_writes() {
        let whole = Timestamp::from_millis(1_767_323_045_000);
        for (text, moment) in [
            ("2026-01-02T03:04:05Z", whole),
            ("2026-01-02T03:04:05.0000000Z", whole),
            ("2026-01-02T03:04:05.1234567Z", Timestamp(whole.0 + 123)),
            ("2026-01-02T03:04:05.5Z", Timestamp(whole.0 + 500)),
            ("2026-01-02T05:04:05+02:00", whole),
            ("2026-01-01T22:04:05-0500", whole),
            ("2026-01-02 03:04:05", whole),
            ("2026-01-02T03:04Z", Timestamp(whole.0 - 5_000)),
            ("2026-01-02", Timestamp(1_767_312_000_000)),
        ] {
            assert_eq!(Timestamp::from_iso8601(text), Some(moment), "{text}");
        }
        assert_eq!(Timestamp(whole.0 + 999).to_iso8601(), "2026-01-02T03:04:05Z");
        // Before the year 1 there is another calendar; such a year is not that of its digits.
        assert_eq!(Timestamp(-126_230_400_000_000).to_iso8601(), "-2031-12-02T00:00:00Z");
    }

    #[test]
    fn dates_that_are_no_dates() {
        for text in [
            "",
            "tomorrow",
            "2026-02-30",
            "2026-13-01",
            "2025-02-29",
            "0000-01-01",
            "2026-01-02T",
            "2026-01-02T24:00Z",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05X",
            "2026-01-02T03:04:05+99:00",
            "2026-01-02T03:04:05Zz",
            "20260102",
            "2026-é1-02",
            "9999-12-31T23:59:59-00:01",
            "0001-01-01T00:00+00:01",
        ] {
            assert_eq!(Timestamp::from_iso8601(text), None, "{text}");
        }
        for text in [
            "",
            "Fri, 02 Foo 2026 03:04:05 GMT",
            "Fri, 2 Jan 2026 03:04:05 GMT",
            "Fri, 02 Jan 2026 03:04:05 CET",
            "Fri, 31 Dec 9999 23:59:60 GMT",
            "éééé",
        ] {
            assert_eq!(Timestamp::from_rfc1123(text), None, "{text}");
        }
    }
}
