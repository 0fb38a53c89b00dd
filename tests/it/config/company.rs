//! Networks of companies: a proxy, who is asked without it, and root certificates of one's own.

use std::{net::IpAddr, path::Path};

use pressroll::{
    config::{CA_FILE_BYTES_MAX, Complaint, Config, Overrides, parse},
    model::{Around, Proxy},
};

use super::{GOOD, config, files::Folder, only_error, only_warning, overrides, refused};

const PASSWORD: &str = "s3cret";
const ROOT: &[u8] = include_bytes!("../fetch/tls/root.pem");
const COMPANY: &[u8] = include_bytes!("../fetch/tls/company.pem");
const KEY: &[u8] = include_bytes!("../fetch/tls/server.key");

fn over(lines: &str) -> String {
    format!("{GOOD}[fetch]\n{lines}\n")
}

fn quiet(text: &str, overrides: &Overrides) -> Config {
    let loaded =
        parse("feeds.toml", text, overrides).unwrap_or_else(|it| panic!("{text} should load:\n{it}"));
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    loaded.config
}

fn proxy(lines: &str, overrides: &Overrides) -> Proxy {
    quiet(&over(lines), overrides).fetch.proxy.unwrap()
}

#[test]
fn a_proxy_is_used_only_where_the_file_or_a_setting_names_it() {
    let address = "http://proxy.example.com:3128";
    let environment = [("HTTPS_PROXY", address), ("HTTP_PROXY", address), ("ALL_PROXY", address)];
    assert_eq!(quiet(GOOD, &overrides(&environment, &[])).fetch.proxy, None);
    let named = proxy("proxy = 'env:HTTPS_PROXY'", &overrides(&environment, &[]));
    assert_eq!((named.url.as_str(), named.around.len()), ("http://proxy.example.com:3128/", 0));
    let plain = overrides(&[("HTTPS_PROXY", "proxy.example.com:3128")], &[]);
    assert_eq!(proxy("proxy = 'env:HTTPS_PROXY'", &plain), named, "a variable often has no scheme");
    for other in
        [overrides(&[("PRESSROLL_FETCH_PROXY", address)], &[]), overrides(&[], &[("fetch.proxy", address)])]
    {
        assert_eq!(quiet(GOOD, &other).fetch.proxy.unwrap(), named);
    }
    assert!(only_error(&over("proxy = 'env:HTTPS_PROXY'")).message.contains("`HTTPS_PROXY` is not set"));
}

#[test]
fn the_password_of_a_proxy_is_never_shown_and_warned_of_where_it_is_open() {
    let address = "http://ann:s3cret@proxy.example.com:3128";
    let warning = only_warning(&over(&format!("proxy = '{address}'")));
    assert_eq!((warning.line, warning.column), (13, 9));
    assert!(warning.help.as_ref().unwrap().contains("file:/run/secrets/NAME"), "{warning:?}");
    assert!(warning.source_line.as_ref().unwrap().contains("****"));
    assert!(!format!("{warning:?}").contains(PASSWORD));
    let flag = parse("feeds.toml", GOOD, &overrides(&[], &[("fetch.proxy", address)])).unwrap();
    assert!(flag.warnings.len() == 1 && !format!("{flag:?} {}", flag.warnings).contains(PASSWORD));
    for secret in [
        overrides(&[("P", address)], &[("fetch.proxy", "env:P")]),
        overrides(&[("PRESSROLL_FETCH_PROXY", address)], &[]),
    ] {
        let taken = quiet(GOOD, &secret).fetch;
        assert_eq!(taken.proxy.as_ref().unwrap().url.password(), Some(PASSWORD));
        assert!(
            !format!("{taken:?}").contains(PASSWORD)
                && format!("{taken:?}").contains("proxy.example.com:3128")
        );
    }
}

#[test]
fn no_slip_in_the_address_of_a_proxy_shows_its_password() {
    for line in [
        "proxy = 'https://ann:s3cret@proxy.example.com'",
        "proxy = 'socks5://ann:s3cret@proxy.example.com'",
        "proxy = 'http://ann:12/s3cret@proxy.example.com'",
        "proxy = 'http://ann:12?s3cret@proxy.example.com'",
        "proxy = 'http://ann:12#s3cret@proxy.example.com'",
        "proxy = 'http://ann:s3cret@proxy example.com'",
        "proxy = 'http://ann:s3cret@'",
        "proxy = http://ann:s3cret@proxy.example.com",
        "proxy = ann:s3cret@proxy.example.com:3128",
        "proxy = 'ann:s3cret@proxy.example.com:3128\nproxy = 'x'",
        "proxy = ['http://ann:s3cret@proxy.example.com']",
        "proxi = 'http://ann:s3cret@proxy.example.com'",
    ] {
        let complaints = refused(&over(line));
        let drawn = format!("{} {complaints:?}", complaints.render(true));
        assert!(!drawn.contains(PASSWORD), "{line}: {drawn}");
    }
}

#[test]
fn a_proxy_is_an_http_address_with_a_host_and_no_path() {
    for (address, message) in [
        ("https://proxy.example.com", "its address begins with http://"),
        ("socks5://proxy.example.com", "this kind of proxy is not known"),
        ("http://proxy.example.com/way", "no further than its port"),
        ("http://proxy.example.com:0", "port 0"),
        ("http://", "not the address of a proxy"),
        ("", "not the address of a proxy"),
    ] {
        let complaint = only_error(&over(&format!("proxy = '{address}'")));
        assert_eq!((complaint.line, complaint.column), (13, 9), "{address}");
        assert!(complaint.message.contains(message), "{address}: {}", complaint.message);
        assert!(complaint.help.is_some());
    }
}

#[test]
fn no_proxy_takes_names_and_networks() {
    let around = |list: &str| {
        proxy(&format!("proxy = 'http://proxy.example.com'\nno_proxy = {list}"), &Overrides::default()).around
    };
    let taken =
        around("['*.corp.example', '.old.example', 'Intranet.example', '10.0.0.0/8', '::1', '[fd00::1]']");
    assert_eq!(taken[0], Around::Below("corp.example".into()));
    assert_eq!(taken[1], Around::Below("old.example".into()));
    assert_eq!(taken[2], Around::Name("intranet.example".into()));
    assert!(taken[3].covers(IpAddr::from([10, 255, 0, 1])) && !taken[3].covers(IpAddr::from([11, 0, 0, 1])));
    assert!(taken[4].covers("::1".parse().unwrap()) && taken[5].covers("fd00::1".parse().unwrap()));
    assert_eq!(around("['Bücher.example.']"), [Around::Name("xn--bcher-kva.example".into())]);
    for wrong in
        ["", "*", "*.", "a.*.example", "10.0.0.0/33", "http://corp.example", "corp.example:80", "a b"]
    {
        let text = over(&format!("proxy = 'http://proxy.example.com'\nno_proxy = ['10.0.0.0/8', '{wrong}']"));
        let complaint = only_error(&text);
        assert_eq!((complaint.line, complaint.column), (14, 27), "{wrong}");
        assert!(complaint.message.contains("is neither a name nor a network"), "{}", complaint.message);
    }
    let idle = only_warning(&over("no_proxy = ['10.0.0.0/8']"));
    assert_eq!(idle.message, "`no_proxy` says nothing where no `proxy` is named");
}

fn beside(folder: &Folder, name: &str, lines: &str) -> Result<Config, Box<Complaint>> {
    let path = folder.write(name, over(lines));
    match pressroll::config::load(Path::new(&path), &Overrides::default()) {
        Ok(loaded) => Ok(loaded.config),
        Err(complaints) => Err(Box::new(complaints.iter().next().unwrap().clone())),
    }
}

#[test]
fn further_roots_are_read_from_a_file_beside_the_configuration() {
    let folder = Folder::new("roots");
    folder.write("tls/roots.pem", [b"Two roots:\n".as_slice(), ROOT, b"\n", COMPANY].concat());
    let taken = beside(&folder, "feeds.toml", "ca_file = 'tls/roots.pem'").unwrap();
    assert_eq!(taken.fetch.roots.len(), 2);
    assert!(taken.fetch.roots.iter().all(|it| it.starts_with(&[0x30, 0x82])), "they are DER");
    assert_eq!(config(GOOD).fetch.roots.len(), 0);
}

#[test]
fn a_file_without_usable_roots_is_refused_with_its_line() {
    let folder = Folder::new("no-roots");
    let broken = String::from_utf8(COMPANY.to_vec()).unwrap().replacen("MII", "AAA", 1);
    folder.write("empty.pem", "");
    folder.write("key.pem", KEY);
    folder.write("broken.pem", [ROOT, broken.as_bytes()].concat());
    folder.write("cut.pem", &ROOT[..ROOT.len() / 2]);
    folder.write("large.pem", vec![b' '; CA_FILE_BYTES_MAX as usize + 1]);
    for (name, message) in [
        ("missing.pem", "cannot be read"),
        (".", "cannot be read"),
        ("empty.pem", "holds no certificate"),
        ("key.pem", "holds no certificate"),
        ("broken.pem", "holds a certificate that cannot be used, its number 2"),
        ("cut.pem", "certificate"),
        ("large.pem", "is larger than 1048576 bytes"),
    ] {
        let complaint = beside(&folder, "feeds.toml", &format!("ca_file = '{name}'")).unwrap_err();
        assert_eq!((complaint.line, complaint.column), (13, 11), "{name}");
        assert!(
            complaint.message.contains(name) && complaint.message.contains(message),
            "{}",
            complaint.message
        );
    }
}
