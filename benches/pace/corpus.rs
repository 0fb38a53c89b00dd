//! Sources of several kinds and when they publish: by their own clocks, which summer time moves, on workdays or not, in
//! bursts or alone, punctually or not. Everything follows from a seed.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::chance::Chance;

/// The first day, a Monday. Summer time begins within the weeks that follow.
pub const BEGIN: Date = jiff::civil::date(2026, 1, 5);
const ZONES: [&str; 7] = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Asia/Kolkata",
];

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A listed company: a report in one week of the quarter at 07:00 to 08:30, other news on some mornings.
    Earnings,
    /// One entry a week at about the same time.
    Weekly,
    /// A digest on every workday at the same time.
    Daily,
    /// A newswire: up to hundreds a day, in bursts, mostly at the office hours of one or two zones.
    Wire,
    /// A press office that publishes whenever there is something, at office hours, sometimes several at once.
    Office,
    /// A magazine: in the evenings and at weekends.
    Evening,
    /// A source without any habit.
    Anytime,
    /// An office that moves to another part of the day in the middle of the time.
    Moving,
    /// Twice a day, punctually, and something else now and then.
    Twice,
}

impl Kind {
    /// The kinds for which the constants of the pace were chosen, with their parts of all sources.
    pub const KNOWN: [(Self, usize); 5] =
        [(Self::Earnings, 32), (Self::Weekly, 20), (Self::Daily, 12), (Self::Wire, 6), (Self::Office, 30)];
    /// Kinds that were held back when they were chosen.
    pub const HELD_BACK: [(Self, usize); 4] =
        [(Self::Evening, 25), (Self::Anytime, 25), (Self::Moving, 25), (Self::Twice, 25)];

    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Earnings => "earnings and news",
            Self::Weekly => "weekly",
            Self::Daily => "daily digest",
            Self::Wire => "wire",
            Self::Office => "press office",
            Self::Evening => "evenings",
            Self::Anytime => "at any time",
            Self::Moving => "moving office",
            Self::Twice => "twice a day",
        }
    }

    /// When one such source publishes in so many weeks, unix milliseconds, in order.
    pub fn publications(self, weeks: i32, mut chance: Chance) -> Vec<i64> {
        let zone = TimeZone::get(chance.one(&ZONES)).unwrap();
        let mut source = Publisher { zone, chance, moments: Vec::new() };
        source.publish(self, weeks);
        let mut moments = source.moments;
        moments.sort_unstable();
        moments.dedup();
        moments
    }
}

struct Publisher {
    zone: TimeZone,
    chance: Chance,
    moments: Vec<i64>,
}

impl Publisher {
    /// Publishes on a day (0 is the first one) at an hour of its own clock.
    fn at(&mut self, day: i32, hour: f64) {
        let date = BEGIN.checked_add(jiff::Span::new().days(day)).unwrap();
        let second = (hour.clamp(0.0, 23.999) * 3600.0) as i64;
        let local = date.at(0, 0, 0, 0).checked_add(jiff::Span::new().seconds(second)).unwrap();
        let moment: Timestamp = self.zone.to_timestamp(local).unwrap();
        self.moments.push(moment.as_millisecond());
    }

    fn publish(&mut self, kind: Kind, weeks: i32) {
        match kind {
            Kind::Earnings => self.earnings(weeks),
            Kind::Weekly => self.weekly(weeks),
            Kind::Daily => self.daily(weeks),
            Kind::Wire => self.wire(weeks),
            Kind::Office => {
                let (start, end) = (self.chance.between(8.0, 10.0), self.chance.between(16.0, 18.5));
                let mean = self.chance.between(0.5, 5.0);
                self.office((0, weeks), mean, (start, end));
            }
            Kind::Evening => self.evening(weeks),
            Kind::Anytime => {
                let mean = self.chance.between(0.5, 6.0);
                for week in 0..weeks {
                    for _ in 0..self.chance.times(mean) {
                        let (day, hour) =
                            (self.chance.between(0.0, 7.0) as i32, self.chance.between(0.0, 24.0));
                        self.at(week * 7 + day, hour);
                    }
                }
            }
            Kind::Moving => {
                let mean = self.chance.between(1.0, 5.0);
                self.office((0, weeks * 2 / 3), mean, (7.0, 11.0));
                self.office((weeks * 2 / 3, weeks), mean, (13.0, 18.0));
            }
            Kind::Twice => {
                let (first, second) = (self.chance.between(6.0, 10.0), self.chance.between(14.0, 20.0));
                for day in 0..weeks * 7 {
                    for hour in [first, second] {
                        let late = self.chance.between(0.0, 0.1);
                        self.at(day, hour + late);
                    }
                    if self.chance.is(0.1) {
                        let hour = self.chance.between(0.0, 24.0);
                        self.at(day, hour);
                    }
                }
            }
        }
    }

    fn earnings(&mut self, weeks: i32) {
        let report_week = self.chance.between(2.0, 9.0) as i32;
        let report_hour = self.chance.one(&[7.0, 7.25, 7.5, 8.0, 8.5]);
        let morning = self.chance.between(7.0, 10.0);
        let mean = self.chance.between(0.3, 1.5);
        for week in 0..weeks {
            if (week - report_week).rem_euclid(13) == 0 {
                let day = self.chance.between(1.0, 5.0) as i32;
                let late = self.chance.between(0.0, 0.03);
                self.at(week * 7 + day, report_hour + late);
                // The report itself, a presentation and the invitation to the call follow each other.
                self.at(week * 7 + day, report_hour + 0.1 + late);
            }
            for _ in 0..self.chance.times(mean) {
                let day = self.chance.between(0.0, 5.0) as i32;
                let hour = if self.chance.is(0.7) {
                    morning + self.chance.between(-0.5, 1.0)
                } else {
                    self.chance.between(8.0, 19.0)
                };
                self.at(week * 7 + day, hour);
            }
        }
    }

    fn weekly(&mut self, weeks: i32) {
        let (day, hour) = (self.chance.between(0.0, 6.0) as i32, self.chance.between(7.0, 20.0));
        let spread = self.chance.between(0.05, 0.8);
        for week in 0..weeks {
            let late = if self.chance.is(0.1) { 1 } else { 0 };
            if !self.chance.is(0.08) {
                let at = hour + self.chance.between(-spread, spread);
                self.at(week * 7 + day + late, at);
            }
        }
    }

    fn daily(&mut self, weeks: i32) {
        let hour = self.chance.between(5.0, 21.0);
        let days = self.chance.one(&[5, 5, 5, 6, 7]);
        for day in (0..weeks * 7).filter(|it| it % 7 < days) {
            if !self.chance.is(0.03) {
                let late = self.chance.between(0.0, 0.35);
                self.at(day, hour + late);
            }
        }
    }

    fn wire(&mut self, weeks: i32) {
        let a_day = self.chance.between(15.0, 200.0);
        let peak = self.chance.between(7.0, 9.5);
        for day in 0..weeks * 7 {
            let weight = if day % 7 < 5 { 1.0 } else { 0.08 };
            for _ in 0..self.chance.times(a_day * weight / 3.0) {
                let hour = match self.chance.part() {
                    part if part < 0.4 => peak + self.chance.between(0.0, 2.0),
                    part if part < 0.9 => self.chance.between(7.0, 18.0),
                    _ => self.chance.between(0.0, 24.0),
                };
                // What is embargoed goes out together; most of it on the hour or the half.
                let hour = if self.chance.is(0.5) { (hour * 2.0).floor() / 2.0 } else { hour };
                for _ in 0..1 + self.chance.times(2.0) {
                    let late = self.chance.between(0.0, 0.05);
                    self.at(day, hour + late);
                }
            }
        }
    }

    fn office(&mut self, (from, to): (i32, i32), mean: f64, (start, end): (f64, f64)) {
        for week in from..to {
            for _ in 0..self.chance.times(mean) {
                let day = self.chance.between(0.0, 5.0) as i32;
                // More in the morning; hardly anything at noon; something at any hour now and then.
                let hour = match self.chance.part() {
                    part if part < 0.05 => self.chance.between(0.0, 24.0),
                    part if part < 0.60 => self.chance.between(start, f64::min(start + 3.0, end)),
                    _ => self.chance.between(start, end),
                };
                self.at(week * 7 + day, hour);
                if self.chance.is(0.15) {
                    let later = self.chance.between(0.01, 0.3);
                    self.at(week * 7 + day, hour + later);
                }
            }
        }
    }

    fn evening(&mut self, weeks: i32) {
        let mean = self.chance.between(2.0, 8.0);
        for week in 0..weeks {
            for _ in 0..self.chance.times(mean) {
                let day = self.chance.one(&[0, 1, 2, 3, 4, 5, 5, 6, 6]);
                let hour =
                    if day < 5 { self.chance.between(18.0, 23.5) } else { self.chance.between(9.0, 22.0) };
                self.at(week * 7 + day, hour);
            }
        }
    }
}
