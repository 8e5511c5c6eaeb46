//! Dense indices: what customers, items and orders are called inside.
//!
//! Outside ids are sorted, integers by value and strings by bytes, and numbered from 0 in that order, so comparing
//! indices compares ids.

use std::marker::PhantomData;

/// The largest number of things that one kind of index can name; `u32::MAX` stands for "none" in packed columns.
pub const MAX_INDICES: usize = u32::MAX as usize;

/// What a [`CustomerIx`] names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Customer {}

/// What a [`CategoryIx`] names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {}

/// What an [`ItemIx`] names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {}

/// What a [`SessionIx`] names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Session {}

/// What an [`OrderIx`] names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {}

/// An index of one role; indices of two roles cannot be mixed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Ix<R> {
    raw: u32,
    role: PhantomData<R>,
}

/// The index of a customer.
pub type CustomerIx = Ix<Customer>;
/// The index of a category in its tree: parents before their children, siblings by name.
pub type CategoryIx = Ix<Category>;
/// The index of an item.
pub type ItemIx = Ix<Item>;
/// The index of an order.
pub type OrderIx = Ix<Order>;
/// The index of a session in its log: the earlier its end, the smaller.
pub type SessionIx = Ix<Session>;

impl<R> Ix<R> {
    /// From a raw number.
    #[must_use]
    pub const fn from_u32(raw: u32) -> Self {
        Self { raw, role: PhantomData }
    }

    /// From a position in a collection of at most [`MAX_INDICES`] elements.
    ///
    /// # Panics
    /// When the position is above that: collections are bounded when they are built.
    #[must_use]
    pub fn new(position: usize) -> Self {
        Self::from_u32(u32::try_from(position).expect("collections are bounded to u32 when they are built"))
    }

    /// The raw number.
    #[must_use]
    pub const fn as_u32(self) -> u32 {
        self.raw
    }

    /// The position in a collection.
    #[must_use]
    pub const fn as_usize(self) -> usize {
        self.raw as usize
    }
}

/// A position among the items of one computation, the most frequent 0, in as few bytes as will do.
pub(crate) trait Rank: Copy + Default + Ord + Send + Sync + std::fmt::Debug {
    /// No rank: the greatest value.
    const NONE: Self;

    /// Something of this length may be read at any rank without a look at its end, where the type alone bounds ranks; 0
    /// where it does not.
    const SPAN: usize;

    /// From a position that fits.
    fn new(position: usize) -> Self;

    fn position(self) -> usize;
}

impl Rank for u16 {
    const NONE: Self = Self::MAX;
    const SPAN: usize = 1 << 16;

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "asked for positions that fit only")]
    fn new(position: usize) -> Self {
        position as Self
    }

    #[inline(always)]
    fn position(self) -> usize {
        usize::from(self)
    }
}

impl Rank for u32 {
    const NONE: Self = Self::MAX;
    const SPAN: usize = 0;

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "asked for positions that fit only")]
    fn new(position: usize) -> Self {
        position as Self
    }

    #[inline(always)]
    fn position(self) -> usize {
        self as usize
    }
}
