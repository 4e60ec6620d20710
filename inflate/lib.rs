//! DEFLATE (RFC 1951), for the core that pages carry. A page runs it once, at its first client, and JavaScript that no
//! compiler has seen yet takes five times as long.
//!
//! JavaScript puts packed bytes where [`packed`] says, and finds them plain where [`inflate`] says. They are what our own
//! build wrote and nothing else, so nobody looks for errors: others give wrong bytes, and end where the room does.

use std::sync::atomic::{AtomicU8, AtomicU16, Ordering::Relaxed};

/// Most packed bytes, and most plain ones. What is not touched takes no memory.
const ROOM: usize = 1 << 20;

// Atomics cost nothing where there is one thread, and a `static mut` would be unsafe.
static PACKED: [AtomicU8; ROOM] = [const { AtomicU8::new(0) }; ROOM];
static PLAIN: [AtomicU8; ROOM] = [const { AtomicU8::new(0) }; ROOM];
static LITERALS: Table = [const { AtomicU16::new(0) }; 1 << 15];
static DISTANCES: Table = [const { AtomicU16::new(0) }; 1 << 15];

/// What the next bits mean, by so many of them as the longest code has, which is 15 at most: a symbol, and in the lowest
/// four bits how long its code is.
type Table = [AtomicU16; 1 << 15];

/// The order in which the lengths of the code lengths' own codes are written (3.2.7).
const ORDER: [u8; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Where packed bytes are put.
#[unsafe(no_mangle)]
pub extern "C" fn packed() -> *const AtomicU8 {
    PACKED.as_ptr()
}

/// Inflates what was put there, and says where it stands.
#[unsafe(no_mangle)]
pub extern "C" fn inflate() -> *const AtomicU8 {
    let mut bits = Bits { at: 0, next: 0, held: 0 };
    let mut end = 0;
    loop {
        let is_last = bits.take(1) == 1;
        match bits.take(2) {
            0 => end = copy_block(&mut bits, end),
            1 => {
                let lengths: [u8; 288] = std::array::from_fn(|symbol| match symbol {
                    0..144 | 280.. => 8,
                    144..256 => 9,
                    256..280 => 7,
                });
                end = inflate_block(
                    &mut bits,
                    Alphabet::of(&lengths, &LITERALS),
                    Alphabet::of(&[5; 30], &DISTANCES),
                    end,
                );
            }
            _ => {
                let (literals, distances) = dynamic_alphabets(&mut bits);
                end = inflate_block(&mut bits, literals, distances, end);
            }
        }
        if is_last || bits.at > ROOM || end > ROOM {
            return PLAIN.as_ptr();
        }
    }
}

/// Bits of the packed bytes, the first one lowest.
struct Bits {
    /// Where the next byte stands.
    at: usize,
    /// Bits that were read and not yet used, and how many.
    next: u64,
    held: u32,
}

impl Bits {
    /// Holds 48 at least, which a length and a distance with all that comes on top of them need.
    fn fill(&mut self) {
        while self.held < 48 {
            self.next |= u64::from(byte(&PACKED, self.at)) << self.held;
            self.at += 1;
            self.held += 8;
        }
    }

    /// So many of the bits that are held.
    fn held(&mut self, count: u32) -> usize {
        let bits = self.next & ((1 << count) - 1);
        self.next >>= count;
        self.held -= count;
        bits as usize
    }

    fn take(&mut self, count: u32) -> usize {
        self.fill();
        self.held(count)
    }

    /// A symbol of the bits that are held.
    fn symbol(&mut self, alphabet: &Alphabet) -> usize {
        let entry = alphabet.table.get((self.next & alphabet.mask) as usize).map_or(0, |entry| entry.load(Relaxed));
        self.held(u32::from(entry & 15));
        usize::from(entry >> 4)
    }
}

/// Codes and what they stand for.
struct Alphabet {
    table: &'static Table,
    /// As many bits as the longest code has.
    mask: u64,
}

impl Alphabet {
    /// Canonical codes (3.2.2): in the order of their lengths, and among those of one length in that of their symbols.
    fn of(lengths: &[u8], table: &'static Table) -> Alphabet {
        let longest = lengths.iter().copied().max().unwrap_or_default().clamp(1, 15);
        let mut code = 0_u32;
        for length in 1..=longest {
            code <<= 1;
            for (symbol, _) in lengths.iter().enumerate().filter(|(_, own)| **own == length) {
                // The first bit of a code comes first, and so stands lowest. Behind a code any bits may come.
                let first = code.reverse_bits() >> (32 - u32::from(length));
                for place in (first as usize..1 << longest).step_by(1 << length) {
                    if let Some(entry) = table.get(place) {
                        entry.store((symbol as u16) << 4 | u16::from(length), Relaxed);
                    }
                }
                code += 1;
            }
        }
        Alphabet { table, mask: (1 << longest) - 1 }
    }
}

/// The alphabets that stand before a block (3.2.7).
fn dynamic_alphabets(bits: &mut Bits) -> (Alphabet, Alphabet) {
    let (literals, distances, length_codes) = (bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4);
    let mut own = [0; 19];
    for place in ORDER.iter().take(length_codes) {
        own[usize::from(*place)] = bits.take(3) as u8;
    }
    let alphabet = Alphabet::of(&own, &LITERALS);
    let mut lengths = [0; 320];
    let (mut at, mut before) = (0, 0);
    while at < literals + distances {
        bits.fill();
        let (length, times) = match bits.symbol(&alphabet) {
            16 => (before, 3 + bits.held(2)),
            17 => (0, 3 + bits.held(3)),
            18 => (0, 11 + bits.held(7)),
            length => (length as u8, 1),
        };
        lengths.iter_mut().skip(at).take(times).for_each(|place| *place = length);
        at += times;
        before = length;
    }
    let (of_literals, rest) = lengths.split_at(literals);
    (Alphabet::of(of_literals, &LITERALS), Alphabet::of(rest, &DISTANCES))
}

/// Inflates what stands between the alphabets of a block and its end, and gives where it ends.
fn inflate_block(bits: &mut Bits, literals: Alphabet, distances: Alphabet, mut end: usize) -> usize {
    loop {
        bits.fill();
        let code = bits.symbol(&literals);
        if code == 256 || end > ROOM {
            return end;
        }
        if code < 256 {
            put(end, code as u8);
            end += 1;
            continue;
        }
        let length = if code == 285 { 258 } else { based(bits, code - 257, 4, 3) };
        let code = bits.symbol(&distances);
        let from = end.saturating_sub(based(bits, code, 2, 1));
        for place in 0..length {
            put(end + place, byte(&PLAIN, from + place));
        }
        end += length;
    }
}

/// Copies a block that is not packed.
fn copy_block(bits: &mut Bits, end: usize) -> usize {
    bits.held(bits.held % 8);
    let length = bits.take(16);
    bits.take(16);
    for place in end..end + length {
        put(place, bits.take(8) as u8);
    }
    end + length
}

/// What the code of a length or a distance stands for (3.2.5): a base, and what the bits behind it add to it.
fn based(bits: &mut Bits, code: usize, plain: usize, first: usize) -> usize {
    let more = (code / plain).saturating_sub(1) as u32;
    let base = if more == 0 { code } else { (plain + code % plain) << more };
    first + base + bits.held(more)
}

fn byte(bytes: &[AtomicU8], at: usize) -> u8 {
    bytes.get(at).map_or(0, |byte| byte.load(Relaxed))
}

fn put(at: usize, byte: u8) {
    if let Some(place) = PLAIN.get(at) {
        place.store(byte, Relaxed);
    }
}
