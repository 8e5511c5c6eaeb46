//! Text as words, and words as pieces.

use unicode_segmentation::UnicodeSegmentation as _;

/// Gives the words of a text in lower case: those between the word boundaries of Unicode (UAX #29), cut at apostrophes, so
/// that `l'eau` has the word `eau`. An ideograph is a word.
pub(super) fn each_word(text: &str, mut take: impl FnMut(&str)) {
    for word in text.unicode_words() {
        let lower = word.to_lowercase();
        lower.split(['\'', '\u{2019}']).filter(|part| !part.is_empty()).for_each(&mut take);
    }
}

/// Gives the pieces of a word of `min` to `max` characters, with a space before and behind it that count as characters; a
/// word shorter than a piece is one piece, once.
pub(super) fn each_ngram(word: &str, (min, max): (usize, usize), mut take: impl FnMut(&str)) {
    let padded = format!(" {word} ");
    let mut starts: Vec<usize> = padded.char_indices().map(|(at, _)| at).collect();
    starts.push(padded.len());
    let n_chars = starts.len() - 1;
    for n in min..=max {
        if n >= n_chars {
            take(&padded);
            return;
        }
        starts.windows(n + 1).for_each(|ends| take(&padded[ends[0]..ends[n]]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_word(text, |word| found.push(word.to_owned()));
        found
    }

    fn ngrams(word: &str, range: (usize, usize)) -> Vec<String> {
        let mut found = Vec::new();
        each_ngram(word, range, |piece| found.push(piece.to_owned()));
        found
    }

    #[test]
    fn words_of_any_script_are_found_in_lower_case() {
        assert_eq!(words("T-Light HOLDER, 3.5cm (x2)"), ["t", "light", "holder", "3.5cm", "x2"]);
        assert_eq!(words("L'eau de Kölnisch’s ÉTÉ"), ["l", "eau", "de", "kölnisch", "s", "été"]);
        assert_eq!(words("ΒΆΖΟ Чашка"), ["βάζο", "чашка"]);
        assert_eq!(words("茶杯"), ["茶", "杯"]);
        assert_eq!(words(" -- !"), [""; 0]);
    }

    #[test]
    fn pieces_count_the_spaces_around_a_word() {
        assert_eq!(ngrams("cat", (3, 5)), [" ca", "cat", "at ", " cat", "cat ", " cat "]);
        assert_eq!(ngrams("é", (3, 5)), [" é "]);
        assert_eq!(ngrams("a", (4, 5)), [" a "]);
        assert_eq!(ngrams("ab", (1, 1)), [" ", "a", "b", " "]);
    }
}
