//! Chance that is the same in every run (SplitMix64).

/// A row of numbers that its seed fixes.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The row of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, at least 0 and less than 1.
    pub fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number between two.
    pub fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.part()
    }

    /// One of several.
    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[((self.part() * of.len() as f64) as usize).min(of.len() - 1)]
    }

    /// Whether something happens that happens in this part of all cases.
    pub fn is(&mut self, part: f64) -> bool {
        self.part() < part
    }

    /// How often something happens that happens so often on average (Poisson).
    pub fn times(&mut self, mean: f64) -> usize {
        let (mut product, mut times) = (self.part(), 0);
        while product > (-mean).exp() && times < 10_000 {
            product *= self.part();
            times += 1;
        }
        times
    }
}
