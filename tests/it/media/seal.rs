//! Signatures: only what the site has signed is opened.

use pressroll::media::{PictureId, Seal};

const ADDRESS: &str = "https://news.example.com/images/launch.jpg";

#[test]
fn what_the_site_signs_opens_and_is_the_same_everywhere() {
    let id = PictureId::of(ADDRESS, &[]);
    let path = Seal::new("a secret of the site").path(&id);
    let (signature, name) = path.split_once('/').unwrap();
    assert_eq!((signature.len(), name.len()), (32, 32));
    assert!(path.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f' | b'/')), "{path}");
    assert_eq!(Seal::new("a secret of the site").opens(signature, name), Some(id));
    assert_eq!(Seal::new("a secret of another site").opens(signature, name), None);
}

#[test]
fn every_flipped_bit_of_a_signature_and_of_an_id_is_refused() {
    let seal = Seal::new("a secret of the site");
    let path = seal.path(&PictureId::of(ADDRESS, &[]));
    let mut refused = 0;
    for at in (0..path.len()).filter(|at| *at != 32) {
        for bit in 0..7 {
            let mut bytes = path.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let flipped = String::from_utf8(bytes).unwrap();
            assert_eq!(seal.opens(&flipped[..32], &flipped[33..]), None, "{flipped}");
            refused += 1;
        }
    }
    assert_eq!(refused, 64 * 7);
}

#[test]
fn nothing_that_only_means_the_same_is_opened() {
    let seal = Seal::new("a secret of the site");
    let path = seal.path(&PictureId::of(ADDRESS, &[]));
    let (signature, name) = path.split_once('/').unwrap();
    let longer = format!("{signature}0");
    let wide: String = signature.chars().map(|it| char::from_u32(it as u32 + 0xfee0).unwrap()).collect();
    let wrong = ["", "0", &signature[..31], &longer, &signature.to_uppercase(), &wide, name, " "];
    for signature in wrong {
        assert_eq!(seal.opens(signature, name), None, "{signature}");
    }
    let (upper, longer, plus) = (name.to_uppercase(), format!("{name}0"), format!("+{}", &name[1..]));
    for name in ["", &name[..31], &upper, &longer, &plus, signature] {
        assert_eq!(seal.opens(signature, name), None, "{name}");
    }
}

#[test]
fn two_pictures_have_two_signatures_and_a_seal_shows_nothing() {
    let seal = Seal::new("a secret of the site");
    let paths =
        [ADDRESS, "https://news.example.com/images/launch.jpg?"].map(|it| seal.path(&PictureId::of(it, &[])));
    assert_ne!(paths[0][..32], paths[1][..32]);
    assert_eq!(format!("{seal:?}"), "Seal(secret)");
}
