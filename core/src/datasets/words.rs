//! The vocabulary of the generated catalogue: categories, what their products are made of, what they are.

/// A category: its names, its share of the catalogue, its prices, and the words that name its products.
///
/// Every material goes with every noun, so that each pair is a plausible product.
pub(super) struct Category {
    /// The name in English.
    pub(super) name: &'static str,
    /// The first letters of its item ids; rising, so that ids sort by category.
    pub(super) code: &'static str,
    /// Percent of the catalogue.
    pub(super) share: usize,
    /// The median price, in units of the currency.
    pub(super) median_price: f64,
    /// The standard deviation of the logarithm of the price.
    pub(super) spread: f64,
    /// What comes first in a name.
    pub(super) materials: [&'static str; 12],
    /// What comes second in a name.
    pub(super) nouns: [&'static str; 16],
}

/// What tells variants of one product apart, once a category has used all its pairs of material and noun.
#[rustfmt::skip]
pub(super) const COLOURS: [&str; 15] = [
    "sage", "cream", "navy", "coral", "charcoal", "mustard", "sky blue", "plum", "forest green", "rose", "white",
    "black", "terracotta", "lavender", "grey",
];

/// The categories in the order of their codes.
#[rustfmt::skip]
pub(super) const CATEGORIES: [Category; 10] = [
    Category {
        name: "Bathroom", code: "BAT", share: 8, median_price: 9.0, spread: 0.5,
        materials: [
            "Bamboo", "Ceramic", "Glass", "Marble", "Stone", "Chrome", "Brass", "Enamel", "Acacia", "Porcelain",
            "Steel", "Terrazzo",
        ],
        nouns: [
            "soap dish", "toothbrush holder", "tumbler", "bath caddy", "towel rail", "soap dispenser", "shelf",
            "tissue box", "cotton jar", "bath tray", "shower hook", "mirror", "waste bin", "storage jar",
            "toilet brush", "robe hook",
        ],
    },
    Category {
        name: "Candles", code: "CAN", share: 7, median_price: 7.0, spread: 0.5,
        materials: [
            "Vanilla", "Lavender", "Cedar", "Fig", "Sandalwood", "Honey", "Rose", "Cinnamon", "Citrus", "Jasmine",
            "Pine", "Sea salt",
        ],
        nouns: [
            "pillar candle", "tea lights", "jar candle", "tin candle", "reed diffuser", "room spray", "wax melts",
            "incense sticks", "travel candle", "taper candles", "floating candle", "scented sachet", "votive candle",
            "refill oil", "garden candle", "gift box",
        ],
    },
    Category {
        name: "Coffee and Tea", code: "COF", share: 8, median_price: 11.0, spread: 0.5,
        materials: [
            "Glass", "Stoneware", "Enamel", "Steel", "Copper", "Porcelain", "Cast iron", "Ceramic", "Hammered",
            "Speckled", "Striped", "Classic",
        ],
        nouns: [
            "mug", "teapot", "coffee pot", "milk jug", "sugar bowl", "tea infuser", "dripper", "espresso cup",
            "cup and saucer", "tea caddy", "coffee scoop", "travel cup", "kettle", "milk frother", "latte glass",
            "bean canister",
        ],
    },
    Category {
        name: "Garden", code: "GAR", share: 11, median_price: 14.0, spread: 0.7,
        materials: [
            "Terracotta", "Zinc", "Cedar", "Wicker", "Cast iron", "Copper", "Painted", "Galvanised", "Rustic",
            "Slate", "Folding", "Vintage",
        ],
        nouns: [
            "planter", "watering can", "bird feeder", "trowel", "hand fork", "plant stand", "herb markers",
            "wind chime", "garden stool", "bird bath", "hanging basket", "seed box", "boot scraper", "twine holder",
            "lantern", "trellis",
        ],
    },
    Category {
        name: "Kitchen", code: "KIT", share: 15, median_price: 12.0, spread: 0.6,
        materials: [
            "Oak", "Beech", "Olive wood", "Steel", "Enamel", "Marble", "Bamboo", "Acacia", "Stoneware", "Slate",
            "Copper", "Walnut",
        ],
        nouns: [
            "serving board", "mixing bowl", "bread bin", "spice rack", "salad servers", "utensil jar", "fruit bowl",
            "egg holder", "butter dish", "salt cellar", "pepper mill", "cake stand", "trivet", "recipe stand",
            "storage canister", "serving tray",
        ],
    },
    Category {
        name: "Lighting", code: "LIG", share: 8, median_price: 24.0, spread: 0.7,
        materials: [
            "Brass", "Rattan", "Smoked glass", "Paper", "Concrete", "Copper", "Opal", "Linen", "Wire", "Bamboo",
            "Ceramic", "Matt steel",
        ],
        nouns: [
            "table lamp", "pendant", "wall light", "floor lamp", "reading lamp", "lamp shade", "string lights",
            "night light", "desk lamp", "ceiling light", "candle lamp", "picture light", "lamp base", "bulb cage",
            "clip lamp", "light garland",
        ],
    },
    Category {
        name: "Stationery", code: "STA", share: 12, median_price: 4.0, spread: 0.5,
        materials: [
            "Kraft", "Marbled", "Floral", "Striped", "Dotted", "Linen", "Leather", "Botanical", "Gold foil",
            "Recycled", "Pastel", "Vintage",
        ],
        nouns: [
            "notebook", "greeting card", "pencil case", "wrapping paper", "gift tags", "desk planner", "bookmark",
            "letter set", "sticker sheet", "address book", "photo album", "file folder", "paper clips", "sketchbook",
            "wall calendar", "pen pot",
        ],
    },
    Category {
        name: "Textiles", code: "TEX", share: 11, median_price: 16.0, spread: 0.6,
        materials: [
            "Linen", "Cotton", "Wool", "Velvet", "Quilted", "Jute", "Knitted", "Striped", "Checked", "Waffle",
            "Embroidered", "Hemp",
        ],
        nouns: [
            "cushion cover", "throw", "tea towel", "apron", "table runner", "napkin set", "bath towel", "pillowcase",
            "oven glove", "placemat", "tote bag", "bedspread", "curtain", "door mat", "blanket", "laundry bag",
        ],
    },
    Category {
        name: "Toys", code: "TOY", share: 12, median_price: 10.0, spread: 0.6,
        materials: [
            "Wooden", "Tin", "Felt", "Painted", "Rainbow", "Mini", "Classic", "Giant", "Magnetic", "Pocket",
            "Woodland", "Pirate",
        ],
        nouns: [
            "train", "puzzle", "building blocks", "spinning top", "skittles", "memory game", "finger puppets",
            "stacking rings", "pull-along dog", "tea set", "abacus", "kite", "dominoes", "drum", "jumping jack",
            "doll's house",
        ],
    },
    Category {
        name: "Wall Decor", code: "WAL", share: 8, median_price: 15.0, spread: 0.7,
        materials: [
            "Oak", "Brass", "Black", "Gilded", "Rattan", "Driftwood", "Round", "Antique", "Metal", "Woven", "Painted",
            "Carved",
        ],
        nouns: [
            "picture frame", "wall clock", "sunburst mirror", "coat rack", "wall hanging", "letter board", "key holder",
            "floating shelf", "door wreath", "wall hook", "photo ledge", "name sign", "bunting", "peg rail",
            "wall vase", "map print",
        ],
    },
];
