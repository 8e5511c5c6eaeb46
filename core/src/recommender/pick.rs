//! From candidates to a list: filters first, then the best, caps, diversity, pins and chance.

use std::cmp::Ordering;

use super::placement::Step;
use super::rules::{CapGroups, Goods};
use super::scratch::Candidate;
use super::state::{Items, NONE};
use crate::random::Random;

/// An item of the list, not yet by its outside id.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Chosen {
    pub(super) item: u32,
    pub(super) score: f64,
    pub(super) step: Step,
    pub(super) count: u32,
    /// The score that the step gave.
    pub(super) raw: f64,
}

/// How many times as many as are missing are put in order at first.
const AHEAD: usize = 4;

/// How far below the best is looked for variety.
const POOL: usize = 8;

/// A list under way.
pub(super) struct List<'a> {
    items: &'a Items,
    goods: &'a Goods,
    factors: Option<&'a [f64]>,
    /// A bit for each item that may be taken still.
    allowed: &'a mut Vec<u64>,
    caps: Vec<(&'a CapGroups, Vec<(u32, usize)>)>,
    diversity: f64,
    /// How many are to be taken.
    n: usize,
    /// How many steps gave something.
    bands: i32,
    pub(super) chosen: Vec<Chosen>,
}

/// Higher score, then higher count, then smaller id.
pub(super) fn compare(items: &Items, a: &Candidate, b: &Candidate) -> Ordering {
    b.score.total_cmp(&a.score).then(b.count.cmp(&a.count)).then_with(|| items.compare(a.item, b.item))
}

pub(super) fn is_set(bits: &[u64], item: u32) -> bool {
    bits.get(item as usize / 64).is_some_and(|word| word >> (item % 64) & 1 == 1)
}

pub(super) fn clear(bits: &mut [u64], item: u32) {
    if let Some(word) = bits.get_mut(item as usize / 64) {
        *word &= !(1 << (item % 64));
    }
}

impl<'a> List<'a> {
    pub(super) fn new(
        items: &'a Items,
        goods: &'a Goods,
        factors: Option<&'a [f64]>,
        caps: impl Iterator<Item = &'a CapGroups>,
        diversity: f64,
        allowed: &'a mut Vec<u64>,
        n: usize,
    ) -> Self {
        let caps = caps.map(|cap| (cap, Vec::new())).collect();
        // Whatever is asked for, no more is there than there are items.
        let chosen = Vec::with_capacity(n.min(items.len()).min(1 << 12));
        Self { items, goods, factors, allowed, caps, diversity, n, bands: 0, chosen }
    }

    pub(super) fn is_full(&self) -> bool {
        self.chosen.len() >= self.n
    }

    pub(super) fn allows(&self, item: u32) -> bool {
        is_set(self.allowed, item)
    }

    /// Whether a cap lets one more in, which is counted then.
    fn passes_caps(&mut self, item: u32) -> bool {
        let full = |(cap, counts): &(&CapGroups, Vec<(u32, usize)>)| {
            let code = cap.code(item);
            code != NONE && counts.iter().any(|&(other, n)| other == code && n >= cap.max)
        };
        if self.caps.iter().any(full) {
            return false;
        }
        for (cap, counts) in &mut self.caps {
            let code = cap.code(item);
            if code == NONE {
                continue;
            }
            match counts.iter_mut().find(|(other, _)| *other == code) {
                Some((_, n)) => *n += 1,
                None => counts.push((code, 1)),
            }
        }
        true
    }

    /// Takes a candidate if it may be taken; `best` is the greatest score of the step.
    fn take(&mut self, step: Step, candidate: Candidate, best: f64) -> bool {
        if !is_set(self.allowed, candidate.item) || !self.passes_caps(candidate.item) {
            return false;
        }
        clear(self.allowed, candidate.item);
        // Each step has scores of its own; in a list they lie in bands, one below the other.
        let share = if best > 0.0 { (candidate.score / best).clamp(0.0, 1.0) } else { 1.0 };
        let score = (0.5 + 0.5 * share) * 2.0_f64.powi(-self.bands);
        // Variety takes what is worth less before what is worth more; scores tell the order of the list all the same.
        let score = self.chosen.last().map_or(score, |above| score.min(above.score));
        let (item, count, raw) = (candidate.item, candidate.count, candidate.score);
        self.chosen.push(Chosen { item, score, step, count, raw });
        true
    }

    /// Offers candidates in any order, with scores above 0.
    pub(super) fn offer(&mut self, step: Step, candidates: &mut Vec<Candidate>) {
        let before = self.chosen.len();
        self.offer_some(step, candidates, None);
        self.bands += i32::from(self.chosen.len() > before);
    }

    /// Offers some of a step's candidates, of whose scores the best may be known; gives the best of them.
    fn offer_some(&mut self, step: Step, candidates: &mut Vec<Candidate>, best: Option<f64>) -> Option<f64> {
        if self.is_full() {
            return best;
        }
        candidates.retain(|candidate| is_set(self.allowed, candidate.item));
        if let Some(factors) = self.factors {
            candidates.iter_mut().for_each(|candidate| candidate.score *= factors[candidate.item as usize]);
        }
        let missing = self.n - self.chosen.len();
        let ahead =
            missing.saturating_mul(if self.diversity > 0.0 { POOL } else { AHEAD }).saturating_add(16);
        let items = self.items;
        if candidates.len() > ahead {
            candidates.select_nth_unstable_by(ahead, |a, b| compare(items, a, b));
            candidates[..ahead].sort_unstable_by(|a, b| compare(items, a, b));
        } else {
            candidates.sort_unstable_by(|a, b| compare(items, a, b));
        }
        let best = best.or(candidates.first().map(|candidate| candidate.score))?;
        let first = ahead.min(candidates.len());
        self.take_all(step, &candidates[..first], best);
        if !self.is_full() && first < candidates.len() {
            candidates[first..].sort_unstable_by(|a, b| compare(items, a, b));
            self.take_all(step, &candidates[first..], best);
        }
        Some(best)
    }

    /// Offers candidates of several steps whose scores are of one kind.
    pub(super) fn offer_mixed(&mut self, mut parts: Vec<(Candidate, Step)>) {
        parts.sort_unstable_by_key(|(candidate, _)| candidate.item);
        let mut candidates: Vec<Candidate> = parts.iter().map(|&(candidate, _)| candidate).collect();
        let before = self.chosen.len();
        self.offer(Step::Customer, &mut candidates);
        for chosen in &mut self.chosen[before..] {
            if let Ok(at) = parts.binary_search_by_key(&chosen.item, |(candidate, _)| candidate.item) {
                chosen.step = parts[at].1;
            }
        }
    }

    /// Offers candidates in order: as offering them in any order, without looking at more than are needed.
    pub(super) fn offer_in_order(&mut self, step: Step, candidates: impl Iterator<Item = Candidate>) {
        if self.is_full() {
            return;
        }
        if self.factors.is_some() || self.diversity > 0.0 {
            // Boosts may bring up any of them; variety looks at some, and at more where caps refuse these.
            let missing = self.n - self.chosen.len();
            let n = if self.factors.is_some() { usize::MAX } else { missing.saturating_mul(POOL) };
            let mut candidates = candidates.fuse();
            let (before, mut best) = (self.chosen.len(), None);
            while !self.is_full() {
                let allowed = candidates.by_ref().filter(|candidate| is_set(self.allowed, candidate.item));
                let mut next: Vec<Candidate> = allowed.take(n).collect();
                if next.is_empty() {
                    break;
                }
                best = self.offer_some(step, &mut next, best);
            }
            self.bands += i32::from(self.chosen.len() > before);
            return;
        }
        let (before, mut best) = (self.chosen.len(), None);
        for candidate in candidates {
            if self.is_full() {
                break;
            }
            if is_set(self.allowed, candidate.item) {
                let best = *best.get_or_insert(candidate.score);
                self.take(step, candidate, best);
            }
        }
        self.bands += i32::from(self.chosen.len() > before);
    }

    fn take_all(&mut self, step: Step, candidates: &[Candidate], best: f64) {
        if self.diversity > 0.0 {
            return self.take_diverse(step, candidates, best);
        }
        for &candidate in candidates {
            if self.is_full() {
                return;
            }
            self.take(step, candidate, best);
        }
    }

    /// Place by place, what has the most of its score less its likeness to what stands above it.
    fn take_diverse(&mut self, step: Step, candidates: &[Candidate], best: f64) {
        let mut left: Vec<(Candidate, f64)> = candidates.iter().map(|&candidate| (candidate, 0.0)).collect();
        for chosen in self.chosen.clone() {
            left.iter_mut()
                .for_each(|(other, most)| *most = self.likeness(chosen.item, other.item).max(*most));
        }
        while !self.is_full() && !left.is_empty() {
            let worth = |&(candidate, most): &(Candidate, f64)| {
                (1.0 - self.diversity) * (candidate.score / best) - self.diversity * most
            };
            let order = |&a: &usize, &b: &usize| {
                let by_worth = worth(&left[b]).total_cmp(&worth(&left[a]));
                by_worth.then_with(|| compare(self.items, &left[a].0, &left[b].0))
            };
            let Some(place) = (0..left.len()).min_by(|a, b| order(a, b)) else { return };
            let (candidate, _) = left.swap_remove(place);
            if self.take(step, candidate, best) {
                let last = candidate.item;
                left.iter_mut().for_each(|(other, most)| *most = self.likeness(last, other.item).max(*most));
            }
        }
    }

    /// How alike two items are by the catalogue, from 0 to 1: half for the category, a quarter each for brand and price.
    fn likeness(&self, a: u32, b: u32) -> f64 {
        let same = |a: u32, b: u32| f64::from(u8::from(a == b && a != NONE));
        let deep = usize::MAX;
        let category = same(self.goods.category_at(a, deep), self.goods.category_at(b, deep));
        let brand = same(self.goods.brand_code(a), self.goods.brand_code(b));
        let prices = self.goods.price(a).zip(self.goods.price(b));
        let price = prices.map_or(0.0, |(a, b)| {
            let (low, high) = (a.min(b).to_f64(), a.max(b).to_f64());
            if high > 0.0 { (low / high).max(0.0) } else { 1.0 }
        });
        0.5 * category + 0.25 * brand + 0.25 * price
    }

    /// Gives a share of the places to chance, by a seed: to items that may be taken still and that no cap refuses, as long as there are
    /// some. What stood there is taken off its caps, and the list is as long as before.
    pub(super) fn explore(&mut self, share: f64, seed: u64) {
        if share <= 0.0 {
            return;
        }
        let mut random = Random::new(seed, 1);
        let places: Vec<usize> = (0..self.chosen.len()).filter(|_| random.unit() < share).collect();
        if places.is_empty() {
            return;
        }
        let mut left: Vec<u32> = self.items.sorted();
        left.retain(|&item| is_set(self.allowed, item));
        let mut random = Random::new(seed, 2);
        for place in places {
            self.uncount(self.chosen[place].item);
            let taken = loop {
                if left.is_empty() {
                    break None;
                }
                let item = left.swap_remove(random.below(left.len()));
                if self.passes_caps(item) {
                    break Some(item);
                }
            };
            match taken {
                Some(item) => {
                    clear(self.allowed, item);
                    let score = self.chosen[place].score;
                    self.chosen[place] = Chosen { item, score, step: Step::Explored, count: 0, raw: 0.0 };
                }
                None => {
                    self.passes_caps(self.chosen[place].item);
                }
            }
        }
    }

    /// Takes an item off its caps.
    fn uncount(&mut self, item: u32) {
        for (cap, counts) in &mut self.caps {
            let code = cap.code(item);
            counts.iter_mut().filter(|(other, n)| *other == code && *n > 0).for_each(|(_, n)| *n -= 1);
        }
    }

    /// Takes an item out of what may be taken, for a fixed place: it counts for the caps, and none refuses it.
    pub(super) fn pin(&mut self, item: u32) {
        clear(self.allowed, item);
        for (cap, counts) in &mut self.caps {
            let code = cap.code(item);
            match counts.iter_mut().find(|(other, _)| *other == code) {
                Some((_, n)) => *n += 1,
                None => counts.push((code, 1)),
            }
        }
    }

    /// How many are to be taken.
    pub(super) fn n(&self) -> usize {
        self.n
    }

    pub(super) fn set_n(&mut self, n: usize) {
        self.n = n;
    }

    pub(super) fn forbid(&mut self, item: u32) {
        clear(self.allowed, item);
    }
}
