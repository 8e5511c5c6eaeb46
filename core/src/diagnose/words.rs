//! Words that name what is no goods.

/// What is charged, corrected or handed out, in small letters: a word of a name, or two that follow each other.
#[rustfmt::skip]
const TELLING: &[&str] = &[
    // Sending.
    "postage", "shipping", "shipment", "delivery", "carriage", "freight", "p&p", "handling", "porto", "versand", "versandkosten",
    "versandkostenpauschale", "lieferung", "frachtkosten", "zustellung", "livraison", "frais de port", "expédition", "envío",
    "envio", "gastos de envío", "gastos de envio", "franqueo", "spedizione", "spese di spedizione", "verzending", "verzendkosten",
    "bezorgkosten", "szállítás", "szállítási", "postaköltség", "kiszállítás", "wysyłka", "dostawa", "przesyłka", "poštovné", "doprava",
    "frakt", "fragt", "levering", "toimitus", "postikulut",
    // Fees and money.
    "fee", "fees", "charge", "charges", "surcharge", "commission", "provision", "gebühr", "gebühren", "bearbeitungsgebühr",
    "frais", "comisión", "comision", "commissione", "kosten", "díj", "költség", "kezelési", "opłata", "poplatek", "gebyr", "avgift",
    "amazonfee", "insurance", "versicherung", "deposit", "pfand", "kaution", "betétdíj", "betét", "tip", "trinkgeld",
    "donation", "spende", "adomány",
    // Corrections.
    "manual", "adjustment", "adjust", "correction", "korrektur", "bad debt", "debt", "credit", "gutschrift", "refund",
    "discount", "rabatt", "remise", "descuento", "sconto", "korting", "kedvezmény", "rabat", "sleva", "test",
    // Handed out.
    "sample", "samples", "muster", "échantillon", "minta", "gift voucher", "voucher", "gift card", "gift certificate",
    "gutschein", "geschenkgutschein", "carte cadeau", "utalvány",
];

/// As [`TELLING`], of more than one word or rarer.
#[rustfmt::skip]
const MORE: &[&str] = &[
    "ajándékutalvány", "ajándékkártya", "tarjeta regalo", "buono regalo", "bon cadeau", "cadeaubon", "karta podarunkowa",
    "dárkový poukaz", "gavekort", "presentkort",
];

/// Words that go with the others and tell nothing themselves.
#[rustfmt::skip]
const FILLING: &[&str] = &[
    "and", "of", "for", "the", "to", "a", "per", "packing", "packaging", "cost", "costs", "next", "day", "express", "standard", "free",
    "extra", "international", "service", "services", "amazon", "bank", "ebay", "paypal", "dotcom", "card", "online", "und", "für",
    "verpackung", "de", "des", "du", "la", "le", "et", "di", "e", "y", "és", "a", "i", "uk", "eu", "gbp", "eur", "order",
];

/// How much a name tells of what is no goods: 2 where it consists of such words, 1 where it contains one.
pub(super) fn points(words: &[String]) -> u8 {
    let is_telling = |text: &str| TELLING.contains(&text) || MORE.contains(&text);
    let mut covered = vec![false; words.len()];
    for length in 1..=3 {
        for (at, run) in words.windows(length).enumerate() {
            if is_telling(&run.join(" ")) {
                covered[at..at + length].fill(true);
            }
        }
    }
    if !covered.contains(&true) {
        return 0;
    }
    let fills = |word: &String| FILLING.contains(&word.as_str()) || word.chars().all(char::is_numeric);
    if words.iter().zip(&covered).all(|(word, &is_covered)| is_covered || fills(word)) { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::names::words_of;

    #[test]
    fn names_tell_by_what_they_consist_of() {
        for name in [
            "POSTAGE",
            "Versandkosten",
            "Frais de port",
            "Next Day Carriage",
            "Bank Charges",
            "AMAZON FEE",
            "Manual",
            "SAMPLES",
            "Szállítási díj",
            "Adjust bad debt",
            "Gift voucher 20",
            "Postage and packing",
            "Kedvezmény",
        ] {
            assert_eq!(points(&words_of(name)), 2, "{name}");
        }
        for name in [
            "CRUK Commission",
            "Dotcomgiftshop Gift Voucher £20.00",
            "Vintage postage stamps",
            "Manual coffee grinder",
        ] {
            assert_eq!(points(&words_of(name)), 1, "{name}");
        }
        for name in ["White hanging heart t-light holder", "Free range egg holder", "", "20"] {
            assert_eq!(points(&words_of(name)), 0, "{name}");
        }
    }
}
