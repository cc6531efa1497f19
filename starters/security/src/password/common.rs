//! Passwords that many people have, found offline.
//!
//! The list is made, not copied: what studies of leaked passwords agree on is a few hundred words, and
//! how people dress them up. A password is common where, undressed (case, `0` for `o`, `$` for `s`,
//! digits and signs at its ends), it is such a word or two of them, a walk over the keyboard, a
//! sequence, a repetition or a date. That covers many times the 3,000 that ASVS 6.2.4 asks for, in three
//! kilobytes, and no word that only happens to be in a long phrase.

/// Words, in lower case, of which common passwords are made.
const WORDS: &str = "\
password passwort passwd passw pass motdepasse contrasena contrasenya senha parola wachtwoord haslo salasana \
losenord kodeord lozinka heslo sifre parool admin administrator adminadmin root toor user username guest test \
tester testing demo default changeme changeit change temp temporary letmein letmeinnow welcome welkom \
willkommen bienvenue bienvenido benvenuto login logon signin access master secret secreto geheim segreto \
private public system server service support manager office company computer internet network database \
oracle mysql postgres docker linux ubuntu windows microsoft apple google android samsung iphone nokia cisco \
facebook twitter instagram youtube amazon netflix minecraft pokemon nintendo playstation xbox fortnite \
roblox gamer hello hallo hola bonjour ciao goodbye iloveyou iloveu loveyou loveme lovely love lover loveme \
forever whatever nothing something trustno trustme dragon monkey tiger lion eagle falcon phoenix panther \
wolf bear horse dog doggy cat kitty kitten puppy bunny rabbit turtle dolphin shark spider butterfly bird \
chicken donkey panda koala elephant princess prince queen king knight warrior hunter ranger soldier sniper \
killer ninja samurai pirate wizard merlin gandalf angel devil demon heaven jesus christ god lord bible \
sunshine sun moon star stars starwars startrek matrix batman superman spiderman ironman avengers marvel \
joker robin harley hulk thor loki zelda mario sonic naruto goku pikachu football futbol fussball soccer \
baseball basketball hockey tennis golf cricket rugby boxing skater surfer runner liverpool chelsea arsenal \
everton manchester united barcelona madrid realmadrid juventus milan inter bayern dortmund schalke yankees \
lakers cowboys steelers packers patriots eagles ferrari porsche mercedes bmw audi toyota honda yamaha suzuki \
ducati harleydavidson mustang corvette camaro ford chevy chevrolet jeep jordan michael michelle jennifer \
jessica ashley amanda nicole daniel david robert thomas andrew joshua matthew anthony william james john \
george charlie charles richard joseph steven stephen brian kevin jason justin brandon tyler alexander \
alexandra alex andrea andreas martin stefan peter klaus hans sebastian christian florian lukas lucas maria \
marie anna hannah sarah laura julia lisa nina sophie emma olivia isabella samantha victoria elizabeth \
carlos miguel pedro juan jose antonio francisco alejandro fernando giovanni francesco marco matteo luca \
giuseppe pierre nicolas julien thierry isabelle natasha svetlana vladimir dmitri sergey ivan natalia olga \
mohammed muhammad ahmed ali hassan fatima spring summer autumn fall winter fruehling sommer herbst \
primavera verano invierno estate january february march april may june july august september october \
november december januar februar maerz juni juli oktober dezember monday tuesday wednesday thursday friday \
saturday sunday montag freitag samstag sonntag berlin hamburg london paris roma rome munich muenchen \
vienna zurich amsterdam moscow newyork chicago boston dallas houston texas florida california america \
canada australia germany deutschland france italia espana brasil mexico india china japan africa europe \
flower rose lily daisy jasmine cherry apple banana orange lemon peach strawberry chocolate cookie candy \
sugar honey cheese coffee pizza pepper ginger cinnamon vanilla whisky vodka tequila beer silver gold golden \
diamond crystal platinum black white yellow purple green red blue pink orange rainbow shadow ghost silent \
thunder lightning storm hurricane fire ice water ocean river mountain forest nature freedom liberty \
peace happy happiness smile smiley sweet sweety sweetie sexy baby babygirl babyboy girl boy family mother \
father mama papa mommy daddy brother sister friend friends bestfriend music guitar piano metallica nirvana \
eminem slipknot rockstar rock metal hiphop dance dancer school student teacher college university london \
money dollar million lucky winner success power strong magic mystery destiny dream dreamer hope faith \
trust believe family naughty badboy badass fuck fucker fuckyou fuckoff asshole bitch shit pussy cock dick \
qwerty qwertz azerty qazwsx asdf zxcv qweasd asdfgh zxcvbn qwert asdfg zxcvb poiuy lkjhg mnbvc abc abcd \
abcde abcdef alphabet alpha beta gamma omega delta sigma bravo foobar foo bar blabla blah lorem ipsum";

/// Rows of keyboards, and the other lines that fingers follow.
const WALKS: [&str; 18] = [
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "a1b2c3d4e5f6g7h8i9",
    "1a2b3c4d5e6f7g8h9i",
    "qweasdzxcrtyfghvbn",
    "147258369",
    "159357",
    "741852963",
    "!@#$%^&*()",
    "!\"§$%&/()=",
];

/// Whether many people have this password.
pub(super) fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    is_walk(&lower)
        || is_repetition(&lower)
        || is_date(&lower)
        || undressed(&lower).iter().any(|bare| is_words(bare))
}

/// Lower case, with letters for what stands for them.
pub(super) fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|c| letter(c, 'i'))
        .collect()
}

fn letter(sign: char, one: char) -> char {
    match sign {
        '0' => 'o',
        '1' | '!' | '|' => one,
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        other => other,
    }
}

/// What may be left when digits and signs at the ends are dropped, before and after signs are read as
/// letters: `P@ssw0rd123!` is `password` in one of them.
fn undressed(lower: &str) -> Vec<String> {
    let is_dress = |c: char| !c.is_alphabetic();
    let mut bare = vec![lower.trim_matches(is_dress).to_owned()];
    for one in ['i', 'l'] {
        let tail = lower.trim_end_matches(is_dress);
        let read = |text: &str| text.chars().map(|c| letter(c, one)).collect::<String>();
        for text in [
            lower,
            tail,
            lower.trim_start_matches(is_dress),
            lower.trim_matches(is_dress),
        ] {
            bare.push(read(text).trim_matches(is_dress).to_owned());
        }
    }
    // More than a few signs around a word are a password of their own.
    bare.retain(|bare| {
        let dress = lower.chars().count().saturating_sub(bare.chars().count());
        !bare.is_empty() && dress <= 6
    });
    bare
}

/// Whether a text is one of the words, or two of them with at most a sign between.
fn is_words(bare: &str) -> bool {
    let is_word = |text: &str| WORDS.split(' ').any(|word| word == text);
    if is_word(bare) {
        return true;
    }
    bare.char_indices().skip(2).any(|(at, _)| {
        let (first, second) = bare.split_at(at);
        let second = second.trim_start_matches(|c: char| !c.is_alphanumeric());
        is_word(first) && is_word(second)
    })
}

/// Whether it goes along a walk, forwards or backwards, from anywhere, in up to three pieces.
fn is_walk(lower: &str) -> bool {
    let mut rest = lower;
    for _ in 0..3 {
        let longest = WALKS
            .iter()
            .map(|walk| along(rest, walk))
            .max()
            .unwrap_or_default();
        if longest < 3 {
            return false;
        }
        rest = match rest.char_indices().nth(longest) {
            Some((at, _)) => &rest[at..],
            None => return true,
        };
        if rest.chars().count() <= 2 {
            return true;
        }
    }
    false
}

/// How many characters of the text go along a walk, or along its way back, or stand still.
fn along(text: &str, walk: &str) -> usize {
    let Some(first) = text.chars().next() else {
        return 0;
    };
    let still = text.chars().take_while(|c| *c == first).count();
    let there: Vec<char> = walk.chars().collect();
    let back: Vec<char> = walk.chars().rev().collect();
    let follows = |line: &[char]| {
        let start = line.iter().position(|c| *c == first);
        start.map_or(0, |start| {
            let cycle = line.iter().cycle().skip(start);
            text.chars()
                .zip(cycle)
                .take_while(|(c, on)| c == *on)
                .count()
        })
    };
    follows(&there).max(follows(&back)).max(still)
}

/// Whether it is a text of up to four characters again and again.
fn is_repetition(lower: &str) -> bool {
    let signs: Vec<char> = lower.chars().collect();
    (1..=4).any(|length| {
        signs.len() >= length * 2
            && signs
                .iter()
                .enumerate()
                .all(|(at, c)| *c == signs[at % length])
    })
}

/// Whether its digits are a date of the last or of this century, with or without signs between.
fn is_date(lower: &str) -> bool {
    let digits: String = lower.chars().filter(char::is_ascii_digit).collect();
    let signs = lower.chars().filter(|c| !c.is_ascii_digit());
    if digits.len() != 8 || !signs.clone().all(|c| ".-/ ".contains(c)) {
        return false;
    }
    let number = |range: std::ops::Range<usize>| digits[range].parse::<u32>().unwrap_or_default();
    let good = |year: u32, one: u32, other: u32| {
        let day = |n: u32| (1..=31).contains(&n);
        let month = |n: u32| (1..=12).contains(&n);
        (1900..2100).contains(&year) && ((day(one) && month(other)) || (month(one) && day(other)))
    };
    good(number(4..8), number(0..2), number(2..4)) || good(number(0..4), number(4..6), number(6..8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_people_have_is_common() {
        for password in [
            "password",
            "Password1",
            "P@ssw0rd",
            "P4$$w0rd!",
            "passw0rd123",
            "12345678",
            "123456789",
            "1234567890",
            "0987654321",
            "87654321",
            "11111111",
            "00000000",
            "qwertyuiop",
            "Qwerty123",
            "qwerty12",
            "1q2w3e4r",
            "1qaz2wsx",
            "zaq12wsx",
            "asdfghjkl",
            "iloveyou",
            "ILoveYou2",
            "sunshine1",
            "princess",
            "football",
            "baseball!",
            "superman",
            "trustno1",
            "letmein1",
            "welcome1",
            "Welcome2026!",
            "Summer2026",
            "Winter2025!",
            "monkey12",
            "dragon123",
            "admin123",
            "Admin@123",
            "adminadmin",
            "abcd1234",
            "abc12345",
            "a1b2c3d4",
            "aaaaaaaa",
            "abcabcabc",
            "changeme",
            "starwars",
            "michael1",
            "jordan23",
            "liverpool",
            "24121990",
            "1990-12-24",
            "12.24.1990",
            "qweasdzxc",
            "147258369",
            "00000007",
            "passwordpassword",
            "lovelove",
            "1password",
            "123password",
            "blackcat",
            "happy-dog",
            "testtest",
            "deutschland",
        ] {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn what_is_somebodys_own_is_not() {
        for password in [
            "correct horse battery staple",
            "tr0ub4dor and 3 more",
            "vxq7-Lm2p",
            "kjhs8d7f",
            "my dog has fleas",
            "purple monkey dishwasher",
            "73918450264",
            "Rosa pflückt Äpfel",
            "password for the blog of ada",
            "9f8e7d6c5b",
            "zwölf boxkämpfer",
            "horsebatterystaple",
        ] {
            assert!(!is_common(password), "{password}");
        }
    }

    #[test]
    fn the_list_covers_what_asvs_asks_for() {
        let words = WORDS.split(' ').filter(|word| word.len() >= 4);
        let mut covered = 0;
        for word in words {
            let capital = word[..1].to_uppercase() + &word[1..];
            for dressed in [
                format!("{word}1234"),
                format!("{capital}2026"),
                format!("{capital}123!"),
                format!("{word}{word}"),
                format!("12{word}34"),
                format!("{capital}99!"),
            ] {
                if dressed.chars().count() >= 8 {
                    assert!(is_common(&dressed), "{dressed}");
                    covered += 1;
                }
            }
        }
        assert!(covered >= 3_000, "{covered}");
    }
}
