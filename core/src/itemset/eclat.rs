//! The search below one item: every frequent set whose rarest item it is, depth first.
//!
//! The baskets of that item are numbered anew and their other items counted by walking them; from there on a set of
//! baskets is the intersection of two, as in Eclat (Zaki 2000, doi 10.1109/69.846291). A *class* holds the frequent
//! extensions of one prefix, rarest first, each with its baskets. An extension in all baskets of its prefix (a *perfect*
//! one) would double the whole subtree below; it is set aside, and joins the sets when they are reported.

use super::budget::{Limit, Meter};
use super::search::{Database, Search, Stop};
use super::sink::Sink;
use super::tid_set::{Form, Stack, and, intersect, set, to_list};

/// An extension of a prefix: how many baskets hold both, and where they stand in the stack of the class's form.
#[derive(Debug, Clone, Copy)]
struct Member {
    code: u32,
    count: u32,
    start: usize,
}

/// The extensions of the current prefix, and what to go back to when they are done.
#[derive(Debug, Clone, Copy)]
struct Class {
    first: usize,
    next: usize,
    end: usize,
    form: Form,
    marks: Marks,
}

/// The heights of the stacks before a class was put on them.
#[derive(Debug, Clone, Copy)]
struct Marks {
    bits: usize,
    lists: usize,
    perfect: usize,
}

const NO_SLOT: usize = usize::MAX;

/// The search and its scratch, used for one item after another.
#[derive(Debug)]
pub(super) struct Eclat<'a> {
    db: &'a Database,
    /// By code, all zero between uses.
    counts: Vec<u32>,
    /// By code, where its next basket goes; all [`NO_SLOT`] between uses.
    slots: Vec<usize>,
    touched: Vec<u32>,
    prefix: Vec<u32>,
    perfect: Vec<u32>,
    members: Vec<Member>,
    classes: Vec<Class>,
    bits: Stack<u64>,
    lists: Stack<u32>,
}

impl<'a> Search<'a> for Eclat<'a> {
    fn new(db: &'a Database) -> Self {
        Self {
            db,
            counts: vec![0; db.order.len()],
            slots: vec![NO_SLOT; db.order.len()],
            touched: Vec::new(),
            prefix: Vec::new(),
            perfect: Vec::new(),
            members: Vec::new(),
            classes: Vec::new(),
            bits: Stack::new(),
            lists: Stack::new(),
        }
    }

    fn run<S: Sink>(&mut self, code: u32, meter: &mut Meter<'_>, sink: &mut S) -> Result<(), Stop> {
        // A search that met a limit leaves its stacks as they were.
        self.prefix.clear();
        self.perfect.clear();
        self.members.clear();
        self.classes.clear();
        self.bits.cut(0);
        self.lists.cut(0);

        self.prefix.push(code);
        self.open(code, meter)?;
        sink.take(self.db, &self.prefix, &self.perfect, self.db.order.count(code), meter)?;
        while let Some(class) = self.classes.last_mut() {
            if class.next == class.end {
                let class = *class;
                self.close(class);
                continue;
            }
            let position = class.next;
            class.next += 1;
            let class = *class;
            meter.tick()?;
            let member = self.members[position];
            self.prefix.push(member.code);
            self.extend(class, position);
            meter.scratch(self.scratch_bytes())?;
            sink.take(self.db, &self.prefix, &self.perfect, member.count, meter)?;
        }
        Ok(())
    }
}

impl Eclat<'_> {
    /// Makes the class of a single item by walking its baskets twice: to count, and to note who is where.
    fn open(&mut self, code: u32, meter: &mut Meter<'_>) -> Result<(), Limit> {
        let db = self.db;
        let marks = self.marks();
        let tids = if db.max_len > 1 { db.tids.row(code as usize) } else { &[] };
        for other in tids.iter().flat_map(|&tid| db.behind(code, tid)) {
            let count = &mut self.counts[other as usize];
            if *count == 0 {
                self.touched.push(other);
            }
            *count += 1;
        }
        for other in self.touched.drain(..) {
            let count = std::mem::take(&mut self.counts[other as usize]);
            if count == db.order.count(code) {
                self.perfect.push(other);
            } else if count >= db.min_count {
                self.members.push(Member { code: other, count, start: 0 });
            }
        }
        let mut form = Form::Lists;
        if db.max_len > 2 && self.members.len() > 1 {
            form = Form::choose(self.members.len(), self.n_tids(0), tids.len());
            let bytes = match form {
                Form::Lists => self.n_tids(0) * size_of::<u32>(),
                Form::Bits(words) => self.members.len() * words * size_of::<u64>(),
            };
            meter.scratch(self.scratch_bytes() + bytes)?;
            self.fill(code, tids, form);
        }
        self.push_class(0, form, marks);
        Ok(())
    }

    /// Writes the baskets of every member of the first class.
    #[allow(clippy::cast_possible_truncation, reason = "a basket's number fits u32")]
    fn fill(&mut self, code: u32, tids: &[u32], form: Form) {
        for member in &mut self.members {
            match form {
                Form::Lists => {
                    member.start = self.lists.top();
                    self.lists.push(member.count as usize);
                }
                Form::Bits(words) => {
                    member.start = self.bits.top();
                    self.bits.push(words);
                }
            }
            self.slots[member.code as usize] = member.start;
        }
        let (bits, lists) = (self.bits.values_mut(), self.lists.values_mut());
        for (number, &tid) in tids.iter().enumerate() {
            for other in self.db.behind(code, tid) {
                let slot = &mut self.slots[other as usize];
                match form {
                    _ if *slot == NO_SLOT => {}
                    Form::Lists => {
                        lists[*slot] = number as u32;
                        *slot += 1;
                    }
                    Form::Bits(_) => set(&mut bits[*slot..], number),
                }
            }
        }
        for member in &self.members {
            self.slots[member.code as usize] = NO_SLOT;
        }
    }

    /// Makes the class of the prefix that ends with the member at `position`: its baskets with those of each member
    /// behind it.
    fn extend(&mut self, class: Class, position: usize) {
        let marks = self.marks();
        let first = self.members.len();
        let (len, max_len) = (self.prefix.len(), self.db.max_len);
        if len < max_len {
            let a = self.members[position];
            for other in position + 1..class.end {
                let b = self.members[other];
                let (count, start, size) = self.joint(a, b, class.form);
                if count == a.count {
                    self.perfect.push(b.code);
                } else if count >= self.db.min_count {
                    self.members.push(Member { code: b.code, count, start });
                    // The sets of the longest prefixes are never read.
                    if len + 1 < max_len {
                        match class.form {
                            Form::Lists => self.lists.keep(size),
                            Form::Bits(_) => self.bits.keep(size),
                        }
                    }
                }
            }
        }
        let mut form = class.form;
        if let Form::Bits(words) = form
            && len + 1 < max_len
            && self.members.len() > first + 1
            && Form::choose(self.members.len() - first, self.n_tids(first), words * 64) == Form::Lists
        {
            self.thin(first, words);
            self.bits.cut(marks.bits);
            form = Form::Lists;
        }
        self.push_class(first, form, marks);
    }

    /// Writes the joint baskets of two members above the top: their number, where they begin, and the space they take.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "at most the count of either member")]
    fn joint(&mut self, a: Member, b: Member, form: Form) -> (u32, usize, usize) {
        match form {
            Form::Bits(words) => {
                let write = |below: &[u64], free: &mut [u64]| {
                    and(&below[a.start..a.start + words], &below[b.start..b.start + words], free)
                };
                (self.bits.write(words, write), self.bits.top(), words)
            }
            Form::Lists => {
                let (min, list) =
                    (self.db.min_count as usize, |m: Member| m.start..m.start + m.count as usize);
                let write =
                    |below: &[u32], free: &mut [u32]| intersect(&below[list(a)], &below[list(b)], min, free);
                let n = self.lists.write(a.count.min(b.count) as usize, write);
                (n as u32, self.lists.top(), n)
            }
        }
    }

    /// Turns the bitmaps of the members from `first` on into lists.
    fn thin(&mut self, first: usize, words: usize) {
        for member in &mut self.members[first..] {
            let bits = &self.bits.values()[member.start..member.start + words];
            member.start = self.lists.top();
            to_list(bits, self.lists.push(member.count as usize));
        }
    }

    fn push_class(&mut self, first: usize, form: Form, marks: Marks) {
        self.members[first..].sort_unstable_by_key(|member| (member.count, member.code));
        self.classes.push(Class { first, next: first, end: self.members.len(), form, marks });
    }

    fn close(&mut self, class: Class) {
        self.classes.pop();
        self.prefix.pop();
        self.members.truncate(class.first);
        self.perfect.truncate(class.marks.perfect);
        self.bits.cut(class.marks.bits);
        self.lists.cut(class.marks.lists);
    }

    fn marks(&self) -> Marks {
        Marks { bits: self.bits.top(), lists: self.lists.top(), perfect: self.perfect.len() }
    }

    fn n_tids(&self, first: usize) -> usize {
        self.members[first..].iter().map(|member| member.count as usize).sum()
    }

    fn scratch_bytes(&self) -> usize {
        self.members.len() * size_of::<Member>()
            + self.bits.top() * size_of::<u64>()
            + self.lists.top() * size_of::<u32>()
    }
}
