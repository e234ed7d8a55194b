//! The names of a credit in the order in which the picture went through their hands.
//!
//! Connectors decide first ("via"), then the dated table of who distributes whom, then what kind of party each is, then
//! the form: a creator first means printed from source to distributor, a house first with the creator last the reverse.

use super::content::{Item, Joint, Who};
use super::vocabulary::Vocabulary;
use crate::model::{Order, Party, PartyKind};
use crate::parties::Registry;

/// A party of the chain being ordered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hand<'a> {
    pub item: Item,
    pub party: Option<&'a Party>,
}

impl Hand<'_> {
    /// Whether both are one known party.
    fn is_also(&self, other: &Self) -> bool {
        self.party.is_some() && self.party.map(|p| &p.id) == other.party.map(|p| &p.id)
    }
}

/// The parties of one credit in order.
pub(super) struct Ordered<'a> {
    pub hands: Vec<Hand<'a>>,
    pub order: Order,
    /// Neighbours whose order rests on what kind of party each is, and on nothing else.
    pub guesses: usize,
}

/// Order the parties of one credit, originator first.
pub(super) fn order<'a>(
    items: &[Item],
    registry: &'a Registry,
    vocabulary: &Vocabulary,
    parties: &'a [Party],
    date: Option<&str>,
    home: &[&str],
) -> Ordered<'a> {
    let hand = |item: &Item| Hand {
        item: *item,
        party: item
            .who
            .name(vocabulary)
            .and_then(|n| parties.get(n.party as usize)),
    };
    let mut houses = items.iter().filter(|i| i.who != Who::Person);
    if let (one, None) = (houses.next(), houses.next()) {
        return Ordered {
            hands: one.map(hand).into_iter().collect(),
            order: Order::Sure,
            guesses: 0,
        };
    }
    let (mut sure, mut guesses) = (Order::Sure, 0);
    let mut chain: Vec<Hand<'a>> = Vec::with_capacity(items.len());
    // Groups parted by "via": what stands after it passed on what stands before.
    let via = |item: &Item| matches!(item.joint, Joint::Via | Joint::On);
    let mut ends = Vec::new();
    for group in items.chunk_by(|_, next| !via(next)) {
        let from = chain.len();
        for hand in group.iter().filter(|i| i.who != Who::Person).map(hand) {
            // "REUTERS/ロイター": one house under two of its names.
            let twice = chain
                .get(from..)
                .and_then(<[_]>::last)
                .is_some_and(|last| last.is_also(&hand) && last.item.who != hand.item.who);
            if !twice {
                chain.push(hand);
            }
        }
        arrange(
            chain.get_mut(from..).unwrap_or_default(),
            Form::of(group),
            registry,
            vocabulary,
            date,
            home,
            &mut sure,
            &mut guesses,
        );
        ends.push(chain.len());
    }
    // "AFP/KCNA via KNS": a distributor printed as a prefix of the source goes last.
    if let [first, second, ..] = *ends
        && first > 1
        && second > first
        && !items.first().is_some_and(via)
        && let (Some(source), Some(house), Some(next)) =
            (chain.first(), chain.get(first - 1), chain.get(first))
        && passes_on(registry, house, source, date)
        && passes_on(registry, house, next, date)
    {
        chain
            .get_mut(first - 1..)
            .unwrap_or_default()
            .rotate_left(1);
    }
    let mut at = 0;
    while let Some(hand) = chain.get(at) {
        if chain.iter().take(at).any(|before| before.is_also(hand)) {
            chain.remove(at);
        } else {
            at += 1;
        }
    }
    Ordered {
        hands: chain,
        order: sure,
        guesses,
    }
}

fn passes_on(registry: &Registry, house: &Hand<'_>, source: &Hand<'_>, date: Option<&str>) -> bool {
    match (house.party, source.party) {
        (Some(house), Some(source)) => registry.distributes(&house.id, &source.id, date),
        _ => false,
    }
}

/// Where the people stand among the parties of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// "Name/TASS/dpa".
    CreatorFirst,
    /// "REUTERS/Name", "dpa | Name".
    CreatorLast,
    /// No person, or one in the middle.
    None,
}

impl Form {
    fn of(group: &[Item]) -> Self {
        let person = |i: Option<&Item>| i.is_some_and(|i| i.who == Who::Person);
        match (person(group.first()), person(group.last())) {
            (true, _) => Self::CreatorFirst,
            (false, true) => Self::CreatorLast,
            _ => Self::None,
        }
    }
}

/// Put the parties of one group in order. Two orders are weighed, as printed and reversed.
#[allow(clippy::too_many_arguments)] // all of them facts about one group
fn arrange<'a>(
    hands: &mut [Hand<'a>],
    form: Form,
    registry: &'a Registry,
    vocabulary: &Vocabulary,
    date: Option<&str>,
    home: &[&str],
    sure: &mut Order,
    guesses: &mut usize,
) {
    if hands.len() < 2 {
        return;
    }
    // Each pair is weighed once, by the places where the two are printed.
    let mut pairs: Vec<(usize, usize, i32)> = Vec::with_capacity(hands.len());
    for (at, first) in hands.iter().enumerate() {
        for second in hands.iter().skip(at + 1) {
            let w = precedes(first, second, registry, vocabulary, date, home);
            pairs.push((first.item.start, second.item.start, w));
        }
    }
    let told = pairs.iter().any(|pair| pair.2 != 0);
    let weight: i32 = pairs.iter().map(|pair| pair.2).sum();
    let weighed = |a: &Hand<'_>, b: &Hand<'_>| {
        let (a, b) = (a.item.start, b.item.start);
        let of = |x, y| pairs.iter().find(|p| (p.0, p.1) == (x, y)).map(|p| p.2);
        of(a, b).or_else(|| of(b, a).map(|w| -w)).unwrap_or(0)
    };
    let printed = match form {
        Form::CreatorFirst => 1,
        Form::CreatorLast => -1,
        Form::None => 0,
    };
    let worked_for = hands.iter().any(|h| h.item.joint == Joint::For);
    let decided = if worked_for && weight == 0 {
        1
    } else {
        weight * 2 + printed * if weight.abs() == 1 { 3 } else { 1 }
    };
    // Signs that disagree: a strong form against the table. A creator last is house style and weighs little.
    let set = hands
        .iter()
        .skip(1)
        .all(|h| matches!(h.item.joint, Joint::And | Joint::Or));
    // "A, B" without a maker: a list, unless the table knows the two.
    let listed = form == Form::None
        && weight.abs() < 3
        && hands.iter().skip(1).all(|h| h.item.joint == Joint::Comma);
    if set || listed {
        // "A and B": neither passed on the other's.
        return;
    }
    if decided < 0 {
        hands.reverse();
    } else if decided == 0 && (told || hands.iter().all(agency)) {
        *sure = Order::Uncertain;
    }
    // What the table says of two neighbours stands whatever the rest says.
    for at in 1..hands.len() {
        let (before, after) = hands.split_at(at);
        if let (Some(a), Some(b)) = (before.last(), after.first())
            && weighed(a, b) <= -4
        {
            hands.swap(at - 1, at);
        }
    }
    // A brand stands before its house whatever was printed.
    for at in 1..hands.len() {
        let (before, after) = hands.split_at(at);
        if let (Some(house), Some(brand)) = (before.last(), after.first())
            && brand_of(registry, brand, house)
        {
            hands.swap(at - 1, at);
        }
    }
    let printed_so = hands.is_sorted_by_key(|h| h.item.start);
    let form_agrees =
        form == Form::CreatorFirst && printed_so || form == Form::CreatorLast && !printed_so;
    for at in 1..hands.len() {
        let (before, after) = hands.split_at(at);
        if let (Some(a), Some(b)) = (before.last(), after.first())
            && !form_agrees
            && !worked_for
            && weighed(a, b).abs() < 3
        {
            *guesses += 1;
        }
    }
}

fn agency(hand: &Hand<'_>) -> bool {
    hand.party
        .is_some_and(|p| matches!(p.kind, PartyKind::Agency))
}

fn brand_of(registry: &Registry, brand: &Hand<'_>, house: &Hand<'_>) -> bool {
    let (Some(brand), Some(house)) = (brand.party, house.party) else {
        return false;
    };
    brand.parent.as_deref() == Some(house.id.as_str()) || registry.is_brand(&house.id, &brand.id)
}

/// How strongly `a` stands before `b`: positive before, negative after.
fn precedes(
    a: &Hand<'_>,
    b: &Hand<'_>,
    registry: &Registry,
    vocabulary: &Vocabulary,
    date: Option<&str>,
    home: &[&str],
) -> i32 {
    if brand_of(registry, a, b) {
        return 4;
    }
    if brand_of(registry, b, a) {
        return -4;
    }
    if let (Some(x), Some(y)) = (a.party, b.party) {
        // In a home agency's own language it passes on what foreign agencies made.
        let at_home = |p: &Party| {
            p.kind == PartyKind::Agency && p.country.as_deref().is_some_and(|c| home.contains(&c))
        };
        let agencies = x.kind == PartyKind::Agency && y.kind == PartyKind::Agency;
        let table =
            |house: &Party, source: &Party| registry.distributes(&house.id, &source.id, date);
        let serves = |p: &Party| vocabulary.world.contains(&p.id);
        // A small agency that is known to pass on the home agency's pictures does so here too.
        let known = |home: &Party, other: &Party| !serves(other) && table(other, home);
        if agencies && !known(x, y) && !known(y, x) && at_home(x) != at_home(y) {
            return if at_home(y) { 3 } else { -3 };
        }
        let forth = table(y, x);
        let back = table(x, y);
        if forth != back {
            return if forth { 4 } else { -4 };
        }
        // A house that collects stands after those it collects from.
        let collects = |p: &Party| vocabulary.collectors.contains(&p.id);
        if collects(x) != collects(y) && x.kind != PartyKind::Stock && y.kind != PartyKind::Stock {
            return if collects(y) { 3 } else { -3 };
        }
        if agencies && serves(x) != serves(y) {
            // One that serves the world supplies those of one country, if nothing else is known. An agency of a state
            // does so at home, and the world's pass on its pictures abroad: what the table does not tell is not known.
            return match (rank(a) == rank(b), serves(x)) {
                (true, true) => 1,
                (true, false) => -1,
                (false, _) => 0,
            };
        }
    }
    // Of a name that nobody knows the kind says little.
    let strength = if a.party.is_none() || b.party.is_none() {
        1
    } else {
        2
    };
    (rank(b) - rank(a)).signum() * strength
}

/// How far from the camera a party of its kind usually stands.
fn rank(hand: &Hand<'_>) -> i32 {
    let Some(party) = hand.party else { return 1 };
    match party.kind {
        PartyKind::Government | PartyKind::ArmedGroup | PartyKind::Organisation => 0,
        PartyKind::Outlet => 1,
        PartyKind::Agency if party.state.is_some() => 2,
        PartyKind::Carrier => 3,
        PartyKind::Agency | PartyKind::Platform => 4,
        PartyKind::Stock => 5,
    }
}
