//! Recommendations: the neighbours of what a customer owns, added up.

use std::cmp::Reverse;
use std::ops::Range;

use crate::data::{Id, IdRef};
use crate::error::{IdError, Result};
use crate::index::ItemIx;
use crate::rank::{AllRecommendations, AllowedItems, Reason, Recommendation, Scored, Scores, TopK};
use crate::similarity::state::State;
use crate::similarity::{ItemSimilarity, RecommendOptions};

/// Customers answered by one thread before it looks for the next piece of work.
const CUSTOMERS_PER_TASK: usize = 64;

/// How many lists ahead memory is asked for.
const AHEAD: usize = 2;

/// The working memory of a request.
#[derive(Debug)]
pub(super) struct Scratch {
    sums: Scores<f64>,
    /// By item, its place among the candidates; all [`NOWHERE`] between uses.
    places: Vec<u32>,
    candidates: Vec<Candidate>,
    top: TopK<u64>,
    history: History,
}

/// What is known of whoever asks: items strictly rising.
#[derive(Debug, Default)]
struct History {
    owned: Vec<ItemIx>,
    /// What speaks against its neighbours, and how strongly.
    against: Vec<(ItemIx, f64)>,
}

/// An item that may be answered.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    item: ItemIx,
    score: f64,
    /// The users behind all votes: the first tie-breaker.
    count: u64,
    /// The strongest vote, whose it was, and its count: the reason.
    best: f32,
    from: ItemIx,
    best_count: u32,
}

/// No place among the candidates.
const NOWHERE: u32 = u32::MAX;

/// How much one owned item carries of a recommendation.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The owned item.
    pub from: Id,
    /// The similarity to the recommended item: what it adds to the score, from which what is disliked or was returned takes.
    pub similarity: f64,
    /// The number of users with both.
    pub count: u64,
}

impl Scratch {
    fn new(n_items: usize) -> Self {
        Self {
            sums: Scores::new(n_items),
            places: vec![NOWHERE; n_items],
            candidates: Vec::new(),
            top: TopK::new(0),
            history: History::default(),
        }
    }
}

/// A number whose order is that of the scores.
fn rising(score: f64) -> u64 {
    let bits = score.to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

impl ItemSimilarity {
    /// The items that resemble most what a customer owns, best first, owned items left out.
    ///
    /// Each candidate's score is the sum of its similarities to the owned items that have it among their neighbours. At
    /// most `n`; fewer only where fewer candidates remain. Time: owned items times neighbours, then the selection.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, or a model saved without histories.
    pub fn recommend_for_customer<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_customer_with(customer, n, &RecommendOptions::new())
    }

    /// As [`ItemSimilarity::recommend_for_customer`], of the items that the options allow.
    ///
    /// # Errors
    /// As [`ItemSimilarity::recommend_for_customer`]; [`ParamError`](crate::ParamError) for an option out of its range.
    pub fn recommend_for_customer_with<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        let state = self.need_customers()?;
        let customer = state.matrix.customers.find("customer", customer.into())?;
        let asked = Asked::new(self, options)?;
        Ok(self.answered(n, &asked, |history| history.set_customer(state, customer, &asked)))
    }

    /// The items that resemble most the given ones, for a visitor or cart without a customer; the given items are left
    /// out, and one given twice counts once. Otherwise as [`ItemSimilarity::recommend_for_customer`].
    ///
    /// # Errors
    /// [`IdError`] for an unknown item or one of the other type.
    pub fn recommend_for_items<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_items_with(items, n, &RecommendOptions::new())
    }

    /// As [`ItemSimilarity::recommend_for_items`], of the items that the options allow.
    ///
    /// # Errors
    /// As [`ItemSimilarity::recommend_for_items`]; [`ParamError`](crate::ParamError) for an option out of its range.
    pub fn recommend_for_items_with<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        let items = self.found(items)?;
        let asked = Asked::new(self, options)?;
        Ok(self.answered(n, &asked, |history| history.set_items(&items, &asked)))
    }

    /// What each owned item adds to the score of one item for a customer, the greatest first: why it is recommended, in full.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer or item, one of the other type, or a model saved without histories.
    pub fn explain_for_customer<'a, 'b>(
        &self,
        customer: impl Into<IdRef<'a>>,
        item: impl Into<IdRef<'b>>,
    ) -> Result<Vec<Contribution>> {
        let state = self.need_customers()?;
        let customer = state.matrix.customers.find("customer", customer.into())?;
        let item = ItemIx::new(self.items.find("item", item.into())?);
        Ok(self.contributions(state.owned(customer), item))
    }

    /// What each of the given items adds to the score of another one, the greatest first.
    ///
    /// # Errors
    /// [`IdError`] for an unknown item or one of the other type.
    pub fn explain_for_items<'a, 'b, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        item: impl Into<IdRef<'b>>,
    ) -> Result<Vec<Contribution>> {
        let items = self.found(items)?;
        let item = ItemIx::new(self.items.find("item", item.into())?);
        Ok(self.contributions(items.into_iter(), item))
    }

    /// Recommendations for every customer, by id; the same as asking for one after the other. Parallel over customers.
    ///
    /// # Errors
    /// [`IdError::NoHistories`] for a model saved without histories or fitted on a log without customers;
    /// [`ParamError::TooLarge`](crate::ParamError::TooLarge) when all slots together are more than 2^28 (4 GiB).
    pub fn recommend_all(&self, n: usize) -> Result<AllRecommendations> {
        self.recommend_all_with(n, &RecommendOptions::new())
    }

    /// As [`ItemSimilarity::recommend_all`], of the items that the options allow.
    ///
    /// # Errors
    /// As [`ItemSimilarity::recommend_all`]; [`ParamError`](crate::ParamError) for an option out of its range.
    pub fn recommend_all_with(&self, n: usize, options: &RecommendOptions) -> Result<AllRecommendations> {
        self.recommend_range(0..self.n_customers()?, n, options)
    }

    /// Recommendations for a range of customers, by their positions among [`ItemSimilarity::customers`]: all of them in pieces
    /// of bounded memory.
    ///
    /// # Errors
    /// As [`ItemSimilarity::recommend_all_with`].
    ///
    /// # Panics
    /// When the range ends beyond the customers.
    pub fn recommend_range(
        &self,
        customers: Range<usize>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<AllRecommendations> {
        let state = self.need_customers()?;
        assert!(customers.end <= state.matrix.n_customers(), "the range ends beyond the customers");
        let asked = Asked::new(self, options)?;
        let new = || Scratch::new(self.items.len());
        let best = |scratch: &mut Scratch, range: Range<usize>| {
            let list = |customer: usize| {
                scratch.history.set_customer(state, customers.start + customer, &asked);
                self.best(n, &asked, scratch, false);
                scratch.candidates.iter().map(Candidate::scored).collect()
            };
            range.map(list).collect()
        };
        Ok(AllRecommendations::fill(customers.len(), n, CUSTOMERS_PER_TASK, new, best)?)
    }

    /// The number of customers that can be recommended to.
    ///
    /// # Errors
    /// [`IdError::NoHistories`] for a model saved without histories or fitted on a log without customers.
    pub fn n_customers(&self) -> Result<usize> {
        Ok(self.need_customers()?.matrix.n_customers())
    }

    fn need_customers(&self) -> Result<&State> {
        let state = self.state.as_ref().filter(|state| state.has_customers);
        Ok(state.ok_or(IdError::NoHistories { role: "customer" })?)
    }

    /// The positions of items, rising, each once.
    fn found<'a, T: Into<IdRef<'a>>>(&self, items: impl IntoIterator<Item = T>) -> Result<Vec<ItemIx>> {
        let find = |item: T| self.items.find("item", item.into()).map(ItemIx::new);
        let mut items: Vec<ItemIx> = items.into_iter().map(find).collect::<Result<_, _>>()?;
        items.sort_unstable();
        items.dedup();
        Ok(items)
    }

    fn contributions(&self, owned: impl Iterator<Item = ItemIx>, item: ItemIx) -> Vec<Contribution> {
        let mut found: Vec<(Scored, f32)> = owned
            .filter_map(|from| {
                let mut list = self.lists.range(from.as_usize()).map(|at| self.lists.at(at));
                let (_, similarity, count) = list.find(|&(other, ..)| other == item)?;
                let score = f64::from(similarity);
                Some((Scored { score, count: u64::from(count), item: from }, similarity))
            })
            .collect();
        found.sort_unstable_by_key(|found| Reverse(found.0));
        let contribution = |(scored, _): (Scored, f32)| Contribution {
            from: self.items.get(scored.item.as_usize()).to_id(),
            similarity: scored.score,
            count: scored.count,
        };
        found.into_iter().map(contribution).collect()
    }

    fn answered(&self, n: usize, asked: &Asked, set: impl FnOnce(&mut History)) -> Vec<Recommendation> {
        let new = || Scratch::new(self.items.len());
        self.scratch.with(new, |scratch| {
            set(&mut scratch.history);
            self.best(n, asked, scratch, true);
            let id = |item: ItemIx| self.items.get(item.as_usize()).to_id();
            let recommendation = |found: &Candidate| Recommendation {
                item: id(found.item),
                score: found.score,
                reason: Reason::Similar {
                    to: id(found.from),
                    count: u64::from(found.best_count),
                    similarity: f64::from(found.best),
                },
            };
            scratch.candidates.iter().map(recommendation).collect()
        })
    }

    /// The best items for who has those of a history, without reasons.
    pub(super) fn best_of(&self, history: &[ItemIx], n: usize) -> Vec<ItemIx> {
        let asked = Asked::plain();
        self.scratch.with(
            || Scratch::new(self.items.len()),
            |scratch| {
                scratch.history.set_items(history, &asked);
                self.best(n, &asked, scratch, false);
                scratch.candidates.iter().map(|candidate| candidate.item).collect()
            },
        )
    }

    /// Leaves the best candidates of the history at hand, best first; with what speaks for each where `explain`.
    fn best(&self, n: usize, asked: &Asked, scratch: &mut Scratch, explain: bool) {
        let Scratch { sums, places, candidates, top, history } = scratch;
        candidates.clear();
        for (at, item) in history.owned.iter().enumerate() {
            if let Some(ahead) = history.owned.get(at + AHEAD) {
                self.lists.prefetch(ahead.as_usize());
            }
            self.lists
                .similar(item.as_usize())
                .for_each(|(other, similarity)| sums.add(other, f64::from(similarity)));
        }
        for &(item, weight) in &history.against {
            let list = self.lists.similar(item.as_usize());
            list.for_each(|(other, similarity)| sums.adjust(other, -weight * f64::from(similarity)));
        }
        // Filtered before the selection: an owned item takes nobody's place.
        if !asked.keeps_owned {
            history.owned.iter().for_each(|&item| sums.remove(item));
        }
        let floor = rising(asked.least);
        top.reset(n);
        for (item, score) in sums.touched() {
            let key = rising(score);
            if key >= floor && top.floor().is_none_or(|least| key > least) && asked.allowed.allows(item) {
                top.push(key);
            }
        }
        let least = top.drain_sorted().next_back();
        if let Some(least) = least {
            // As many as were asked for, and whatever ties with the last of them.
            sums.drain(|item, score| {
                if rising(score) >= least && asked.allowed.allows(item) {
                    let (best, from, best_count) = (f32::NEG_INFINITY, item, 0);
                    candidates.push(Candidate { item, score, count: 0, best, from, best_count });
                }
            });
        } else {
            sums.clear();
        }
        let scores = |pair: &[Candidate]| pair[0].score.total_cmp(&pair[1].score).is_eq();
        candidates.sort_unstable_by_key(|candidate| Reverse(candidate.scored()));
        if explain || candidates.windows(2).any(scores) {
            self.explain(history, places, candidates);
            candidates.sort_unstable_by_key(|candidate| Reverse(candidate.scored()));
        }
        candidates.truncate(n);
    }

    /// Finds what speaks for each candidate.
    fn explain(&self, history: &History, places: &mut [u32], candidates: &mut [Candidate]) {
        for (place, candidate) in (0_u32..).zip(candidates.iter()) {
            places[candidate.item.as_usize()] = place;
        }
        for &item in &history.owned {
            for at in self.lists.range(item.as_usize()) {
                let (other, similarity, count) = self.lists.at(at);
                let place = places[other.as_usize()];
                if place == NOWHERE {
                    continue;
                }
                let candidate = &mut candidates[place as usize];
                candidate.count += u64::from(count);
                if (similarity, count) > (candidate.best, candidate.best_count) {
                    (candidate.best, candidate.from, candidate.best_count) = (similarity, item, count);
                }
            }
        }
        candidates.iter().for_each(|candidate| places[candidate.item.as_usize()] = NOWHERE);
    }
}

impl Candidate {
    fn scored(&self) -> Scored {
        Scored { score: self.score, count: self.count, item: self.item }
    }
}

impl History {
    fn set_customer(&mut self, state: &State, customer: usize, asked: &Asked) {
        self.owned.clear();
        self.against.clear();
        self.against.extend(asked.disliked.iter().map(|&item| (item, 1.0)));
        for (item, is_owned) in state.entries(customer) {
            if is_owned {
                self.owned.push(item);
            } else if asked.of_returned > 0.0 {
                self.against.push((item, asked.of_returned));
            }
        }
    }

    fn set_items(&mut self, items: &[ItemIx], asked: &Asked) {
        self.owned.clear();
        self.owned.extend_from_slice(items);
        self.against.clear();
        self.against.extend(asked.disliked.iter().map(|&item| (item, 1.0)));
    }
}

/// Options, in the model's own terms.
struct Asked {
    allowed: AllowedItems,
    least: f64,
    disliked: Vec<ItemIx>,
    of_returned: f64,
    keeps_owned: bool,
}

impl Asked {
    /// Nothing asked for.
    fn plain() -> Self {
        let (allowed, least) = (AllowedItems::ALL, f64::NEG_INFINITY);
        Self { allowed, least, disliked: Vec::new(), of_returned: 0.0, keeps_owned: false }
    }

    fn new(model: &ItemSimilarity, options: &RecommendOptions) -> Result<Self> {
        let mut allowed = options.filter().resolve(&model.items)?;
        let disliked = options.known_disliked(&model.items)?;
        disliked.iter().for_each(|&item| allowed.forbid(item, model.items.len()));
        let (of_returned, keeps_owned) = (options.of_returned(), options.keeps_owned());
        Ok(Self { allowed, least: options.least()?, disliked, of_returned, keeps_owned })
    }
}
