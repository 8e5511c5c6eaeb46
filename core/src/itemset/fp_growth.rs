//! FP-growth (Han, Pei and Yin 2000, doi 10.1145/342009.335372): the paths above the nodes of an item are the baskets
//! that hold it, each cut to the items more frequent; they make a smaller prefix tree, and so on, depth first.
//!
//! The trees of one path of the search lie end to end in one buffer. An extension in all baskets of its prefix (a
//! *perfect* one) is in no tree; it joins the sets when they are reported. A tree without forks is reported at once: a
//! set whose deepest node is known may hold any of the nodes above.
//!
//! Where items stand above others (item and category), what is related to the item projected on is dropped, so no set
//! holds related items. A related item of an extension is not taken for perfect, as the two may not be chosen together.

use super::budget::Meter;
use super::fp_tree::{FpTree, NONE, Node, number};
use super::search::{Database, Search, Stop};
use super::sink::Sink;

/// An extension of a prefix: the weight of the baskets that hold both, and its first node in the tree of the class.
#[derive(Debug, Clone, Copy)]
struct Member {
    code: u32,
    count: u32,
    head: u32,
}

/// The extensions of the current prefix, least code first, and what to go back to when they are done.
#[derive(Debug, Clone, Copy)]
struct Class {
    first: usize,
    next: usize,
    end: usize,
    nodes: usize,
    perfect: usize,
    is_path: bool,
}

/// The first child of a node, and the next child of its parent.
#[derive(Debug, Clone, Copy)]
struct Links {
    child: u32,
    sibling: u32,
}

/// The search and its scratch, used for one item after another.
#[derive(Debug)]
pub(super) struct FpGrowth<'a> {
    db: &'a Database,
    tree: &'a FpTree,
    /// By item of the tree projected: first its weight, then one more than its member; all zero between uses.
    slots: Vec<u32>,
    touched: Vec<u32>,
    /// By code, whether an extension is related to another; all false between uses.
    tied: Vec<bool>,
    prefix: Vec<u32>,
    perfect: Vec<u32>,
    members: Vec<Member>,
    classes: Vec<Class>,
    /// The trees of the classes; items are positions among the members of the class.
    nodes: Vec<Node>,
    /// Of the tree that is being built.
    links: Vec<Links>,
    /// The member and node of each step of the path last put in.
    path: Vec<(u32, u32)>,
    /// Scratch: the steps of a path, or the codes that remain.
    row: Vec<u32>,
}

impl<'a> Search<'a> for FpGrowth<'a> {
    fn new(db: &'a Database) -> Self {
        let tree = db.tree.as_ref().expect("whoever chooses FP-growth grows the tree");
        Self {
            db,
            tree,
            slots: vec![0; db.order.len()],
            touched: Vec::new(),
            tied: if tree.has_kin() { vec![false; db.order.len()] } else { Vec::new() },
            prefix: Vec::new(),
            perfect: Vec::new(),
            members: Vec::new(),
            classes: Vec::new(),
            nodes: Vec::new(),
            links: Vec::new(),
            path: Vec::new(),
            row: Vec::new(),
        }
    }

    fn run<S: Sink>(&mut self, code: u32, meter: &mut Meter<'_>, sink: &mut S) -> Result<(), Stop> {
        // A search that met a limit leaves its stacks as they were.
        self.prefix.clear();
        self.perfect.clear();
        self.members.clear();
        self.classes.clear();
        self.nodes.clear();

        self.prefix.push(code);
        let (head, count) = (self.tree.heads[code as usize], self.db.order.count(code));
        self.project::<true>(Member { code, count, head }, 0);
        sink.take(self.db, &self.prefix, &self.perfect, count, meter)?;
        while let Some(class) = self.classes.last_mut() {
            if class.next == class.end {
                let class = *class;
                self.close(class);
                continue;
            }
            meter.tick()?;
            let member = self.members[class.next];
            class.next += 1;
            let before = class.first;
            if class.is_path {
                // The members from here on stand above this one, in all of its baskets.
                let (above, perfect) = (class.next..class.end, self.perfect.len());
                self.perfect.extend(self.members[above].iter().map(|member| member.code));
                self.prefix.push(member.code);
                let taken = sink.take(self.db, &self.prefix, &self.perfect, member.count, meter);
                self.prefix.pop();
                self.perfect.truncate(perfect);
                taken?;
                continue;
            }
            self.prefix.push(member.code);
            self.project::<false>(member, before);
            meter.scratch(self.scratch_bytes())?;
            sink.take(self.db, &self.prefix, &self.perfect, member.count, meter)?;
        }
        Ok(())
    }
}

impl FpGrowth<'_> {
    /// Makes the class of the prefix that ends with `member`, an item of the shared tree or of the last class,
    /// whose members begin at `before`.
    fn project<const SHARED: bool>(&mut self, member: Member, before: usize) {
        let (first, nodes, perfect) = (self.members.len(), self.nodes.len(), self.perfect.len());
        let mut is_path = false;
        if self.prefix.len() < self.db.max_len {
            self.weigh::<SHARED>(member.head);
            self.classify::<SHARED>(member, before);
            let members = self.members.len() - first;
            // The trees of the longest prefixes are never read, nor is that of one extension.
            if members > 1 && self.prefix.len() + 1 < self.db.max_len {
                is_path = self.build::<SHARED>(member.head, first) && !self.tree.has_kin();
            }
            for item in self.touched.drain(..) {
                self.slots[item as usize] = 0;
            }
        }
        let end = self.members.len();
        self.classes.push(Class { first, next: first, end, nodes, perfect, is_path });
    }

    #[inline]
    fn node<const SHARED: bool>(&self, at: u32) -> Node {
        if SHARED { self.tree.nodes[at as usize] } else { self.nodes[at as usize] }
    }

    /// Adds up the weights of what stands above the nodes of an item.
    fn weigh<const SHARED: bool>(&mut self, head: u32) {
        let mut at = head;
        while at != NONE {
            let below = self.node::<SHARED>(at);
            let mut up = below.parent;
            while up != NONE {
                let above = self.node::<SHARED>(up);
                let slot = &mut self.slots[above.item as usize];
                if *slot == 0 {
                    self.touched.push(above.item);
                }
                *slot += below.weight;
                up = above.parent;
            }
            at = below.next;
        }
        self.touched.sort_unstable();
    }

    /// Sorts what was weighed into perfect extensions, members and neither.
    fn classify<const SHARED: bool>(&mut self, member: Member, before: usize) {
        let first = self.members.len();
        let code_of = |members: &[Member], item: u32| {
            if SHARED { item } else { members[before + item as usize].code }
        };
        if self.tree.has_kin() {
            self.tie::<SHARED>(member, before);
        }
        for &item in &self.touched {
            let (code, count) =
                (code_of(&self.members, item), std::mem::take(&mut self.slots[item as usize]));
            let tied = self.tied.get_mut(code as usize).is_some_and(std::mem::take);
            if count == member.count && !tied {
                self.perfect.push(code);
            } else if count >= self.db.min_count {
                self.members.push(Member { code, count, head: NONE });
                self.slots[item as usize] = number(self.members.len() - first);
            }
        }
    }

    /// Takes the weight of what is related to `member`, and notes what of the rest is related to each other.
    fn tie<const SHARED: bool>(&mut self, member: Member, before: usize) {
        let code_of = |item: u32| if SHARED { item } else { self.members[before + item as usize].code };
        for &item in &self.touched {
            let slot = &mut self.slots[item as usize];
            if *slot < self.db.min_count || self.tree.are_related(code_of(item), member.code) {
                *slot = 0;
            }
        }
        let slots = &self.slots;
        let remaining = self.touched.iter().copied().filter(|&item| slots[item as usize] > 0);
        self.row.clear();
        self.row.extend(remaining.map(code_of));
        for &code in &self.row {
            for above in self.tree.above(code) {
                if self.row.binary_search(above).is_ok() {
                    self.tied[code as usize] = true;
                    self.tied[*above as usize] = true;
                }
            }
        }
    }

    /// Grows the tree of the members from `first` on; whether it has no fork.
    fn build<const SHARED: bool>(&mut self, head: u32, first: usize) -> bool {
        let start = self.nodes.len();
        self.links.clear();
        self.path.clear();
        let (mut root, mut has_fork) = (NONE, false);
        let mut at = head;
        while at != NONE {
            let below = self.node::<SHARED>(at);
            self.row.clear();
            let mut up = below.parent;
            while up != NONE {
                let above = self.node::<SHARED>(up);
                let slot = self.slots[above.item as usize];
                if slot > 0 {
                    self.row.push(slot - 1);
                }
                up = above.parent;
            }
            self.insert(below.weight, (first, start), &mut root, &mut has_fork);
            at = below.next;
        }
        !has_fork
    }

    /// Puts a path into the tree that begins at `start`, of the members from `first` on. Paths come nearly sorted, so
    /// most of it is where the last went.
    fn insert(&mut self, weight: u32, (first, start): (usize, usize), root: &mut u32, has_fork: &mut bool) {
        let shared =
            self.row.iter().rev().zip(&self.path).take_while(|(item, step)| **item == step.0).count();
        self.path.truncate(shared);
        for &item in self.row.iter().rev().skip(shared) {
            let parent = self.path.last().map_or(NONE, |step| step.1);
            let child = match parent {
                NONE => *root,
                _ => self.links[parent as usize - start].child,
            };
            let mut found = child;
            while found != NONE && self.nodes[found as usize].item != item {
                found = self.links[found as usize - start].sibling;
            }
            if found == NONE {
                found = number(self.nodes.len());
                *has_fork |= child != NONE;
                let next = std::mem::replace(&mut self.members[first + item as usize].head, found);
                self.nodes.push(Node { item, parent, weight: 0, next });
                self.links.push(Links { child: NONE, sibling: child });
                match parent {
                    NONE => *root = found,
                    _ => self.links[parent as usize - start].child = found,
                }
            }
            self.path.push((item, found));
        }
        for step in &self.path {
            self.nodes[step.1 as usize].weight += weight;
        }
    }

    fn close(&mut self, class: Class) {
        self.classes.pop();
        self.prefix.pop();
        self.members.truncate(class.first);
        self.perfect.truncate(class.perfect);
        self.nodes.truncate(class.nodes);
    }

    fn scratch_bytes(&self) -> usize {
        self.members.len() * size_of::<Member>()
            + self.nodes.len() * size_of::<Node>()
            + self.links.len() * size_of::<Links>()
    }
}
