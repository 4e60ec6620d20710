//! The checks of `checks/` on a few thousand inputs each: known ones that were changed here and there. The targets in
//! `fuzz/` run the same checks on millions.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::checks::{CHECKS, Check, Seeds};

/// A change at a place of an input.
#[derive(Clone, Debug)]
enum Change {
    Remove(usize),
    Insert(Vec<u8>),
    Replace(Vec<u8>),
    Repeat(usize),
    /// As much of another input, from the same place on.
    Take(Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let mark = select(b"<>/&%+=;?#@:\\[]\"' .-\r\n\0\xff".to_vec());
    let bytes = prop_oneof![
        2 => select(words()),
        2 => mark.prop_map(|mark| vec![mark]),
        1 => vec(any::<u8>(), 1..4),
    ];
    prop_oneof![
        (1_usize..40).prop_map(Change::Remove),
        bytes.clone().prop_map(Change::Insert),
        bytes.prop_map(Change::Replace),
        (1_usize..40).prop_map(Change::Repeat),
        (any::<Index>(), 1_usize..80).prop_map(|(other, length)| Change::Take(other, length)),
    ]
}

/// The dictionary of the fuzz targets.
fn words() -> Vec<Vec<u8>> {
    let quoted =
        include_str!("../../fuzz/words.dict").lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'));
    quoted.map(unescaped).collect()
}

/// Undoes what it escapes: `\"` and `\xAB`.
fn unescaped(text: &str) -> Vec<u8> {
    let text = text.replace("\\\"", "\"");
    let mut pieces = text.split("\\x");
    let mut bytes = pieces.next().expect("one at least").as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}

fn changed(input: &mut Vec<u8>, at: Index, change: &Change, seeds: &[Vec<u8>]) {
    let from = at.index(input.len() + 1);
    let piece = |of: &[u8], length: usize| of.get(from..of.len().min(from + length)).unwrap_or_default().to_vec();
    let (removed, inserted) = match change {
        Change::Remove(length) => (*length, Vec::new()),
        Change::Insert(bytes) => (0, bytes.clone()),
        Change::Replace(bytes) => (bytes.len(), bytes.clone()),
        Change::Repeat(length) => (0, piece(input, *length)),
        Change::Take(other, length) => (*length, piece(&seeds[other.index(seeds.len())], *length)),
    };
    let to = input.len().min(from + removed);
    input.splice(from..to, inserted);
}

/// What is shown of an input that fails.
struct Input(Vec<u8>);

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// Runs a check on so many inputs, the same ones each time unless `PROPTEST_RNG_SEED` is set.
fn holds(check: Check, seeds: Seeds) {
    let seeds = seeds();
    let inputs = (any::<Index>(), vec((any::<Index>(), change()), 0..6)).prop_map(|(seed, changes)| {
        let mut input = seeds[seed.index(seeds.len())].clone();
        changes.iter().for_each(|(at, change)| changed(&mut input, *at, change, &seeds));
        Input(input)
    });
    let mut config = Config { cases: 3000, failure_persistence: None, ..Config::default() };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(1);
    }
    let outcome = TestRunner::new(config).run(&inputs, |Input(input)| {
        check(&input);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

macro_rules! properties {
    ($($name:ident),*) => { $(
        #[test]
        fn $name() {
            let (_, check, seeds) = *CHECKS.iter().find(|(name, ..)| *name == stringify!($name)).expect("a check");
            seeds().iter().for_each(|seed| check(seed));
            holds(check, seeds);
        }
    )* };
}

properties!(xml, errors, sas, sas_making, connection_strings, urls, times);

#[test]
fn the_dictionary_is_read() {
    let words = words();
    let has = |word: &[u8]| assert!(words.iter().any(|other| other == word), "{}", word.escape_ascii());
    has(b"<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    has(b"\xef\xbb\xbf");
    has(b"\x01");
}

/// A check without its test, or without its target, would be one that nobody runs.
#[test]
fn every_check_is_run() {
    let here = include_str!("properties.rs");
    let listed = CHECKS.map(|(name, ..)| name).join(", ");
    assert!(here.contains(&format!("properties!({listed});")));
    let targets = include_str!("../../fuzz/Cargo.toml");
    assert!(CHECKS.iter().all(|(name, ..)| targets.contains(&format!("name = \"{name}\""))));
}
