use super::*;

fn judged(reach: &Reach, text: &str) -> Result<(), HttpError> {
    reach.check(&Address::parse(text)?)
}

/// Spellings of addresses that a public server must never be able to send us to (catalogue cases 25 and 26).
pub(crate) const FORBIDDEN: &[&str] = &[
    // Loopback.
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0x7F.1/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://0177.0.0.01/",
    "https://127.255.255.254/",
    "https://127.0.0.1./",
    "https://%31%32%37.0.0.1/",
    "https://\u{ff11}\u{ff12}\u{ff17}.0.0.1/",
    "https://\u{2460}\u{2461}\u{2466}.0.0.1/",
    "https://127\u{3002}0\u{3002}0\u{3002}1/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://a.localhost/",
    "http://localhost/",
    "http://127.0.0.1:6379/",
    "http://[::1]:6379/",
    // Cloud metadata.
    "https://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "https://2852039166/",
    "https://0xA9FEA9FE/",
    "https://0251.0376.0251.0376/",
    "https://169.254.43518/",
    "https://169.16689662/",
    "https://\u{2460}\u{2465}\u{2468}.\u{2461}\u{2464}\u{2463}.\u{2460}\u{2465}\u{2468}.\u{2461}\u{2464}\u{2463}/",
    "https://[::ffff:169.254.169.254]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[64:ff9b::169.254.169.254]/",
    "https://[64:ff9b:1::a9fe:a9fe]/",
    "https://[2002:a9fe:a9fe::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fd20:ce::254]/",
    "https://168.63.129.16/",
    "https://100.100.100.200/",
    "https://169.254.170.2/",
    // Private networks.
    "https://10.0.0.1/",
    "https://0xa000001/",
    "https://012.0.0.1/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://3232235777/",
    "https://100.64.0.1/",
    "https://100.127.255.255/",
    "https://198.18.0.1/",
    "https://[fc00::1]/",
    "https://[fdff:ffff::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::1]/",
    // Nothing that a server can have.
    "https://0.0.0.0/",
    "https://0/",
    "https://0x0/",
    "https://[::]/",
    "https://[::ffff:0.0.0.0]/",
    "https://[fe80::1]/",
    "https://[febf::1]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://224.0.0.1/",
    "https://239.255.255.250/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://192.0.0.8/",
    "https://192.0.2.1/",
    "https://198.51.100.1/",
    "https://203.0.113.1/",
    "https://192.88.99.1/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://[2001::1]/",
    "https://[100::1]/",
    "https://[5f00::1]/",
    // Public, but without protection.
    "http://1.1.1.1/",
    "http://example.com/",
    "http://127.0.0.1.example.com/",
];

#[test]
fn no_spelling_leads_inside() {
    for text in FORBIDDEN {
        let verdict = judged(&Reach::public(), text);
        assert!(matches!(verdict, Err(HttpError::Forbidden { .. })), "{text}: {verdict:?}");
        assert!(!verdict.unwrap_err().may_have_been_sent());
    }
}

#[test]
fn public_addresses_are_reachable() {
    for text in [
        "https://1.1.1.1/",
        "https://[2606:4700::1111]/",
        "https://[64:ff9b::101:101]/",
        "https://example.com/",
        "https://172.15.0.1/",
        "https://172.32.0.1/",
        "https://100.128.0.1/",
        "https://[2001:4860:4860::8888]/",
    ] {
        assert_eq!(judged(&Reach::public(), text), Ok(()), "{text}");
    }
}

#[test]
fn the_server_that_the_person_typed_may_be_private_and_nobody_else() {
    let reach = Reach::for_server(&"https://10.1.2.3/mcp".parse().unwrap());
    assert_eq!(judged(&reach, "https://10.1.2.3:8443/other"), Ok(()));
    assert!(judged(&reach, "https://10.1.2.4/").is_err());
    assert!(judged(&reach, "https://127.0.0.1/").is_err());

    let named = Reach::for_server(&"https://mcp.corp.example/mcp".parse().unwrap());
    let ten: IpAddr = [10, 0, 0, 9].into();
    assert_eq!(named.judge_resolved("mcp.corp.example", ten), Ok(()));
    assert!(named.judge_resolved("login.corp.example", ten).is_err());
    assert!(named.judge_resolved("mcp.corp.example", [127, 0, 0, 1].into()).is_err(), "loopback was not typed");
    assert!(named.judge_resolved("mcp.corp.example", [169, 254, 169, 254].into()).is_err(), "metadata is never meant");

    let both = named.and(&Address::parse("https://login.corp.example/").unwrap());
    assert_eq!(both.judge_resolved("login.corp.example", ten), Ok(()));
}

#[test]
fn a_loopback_server_opens_loopback_on_every_port_and_nothing_more() {
    let reach = Reach::for_server(&"http://localhost:3000/mcp".parse().unwrap());
    for good in
        ["http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/", "https://127.0.0.1/", "http://a.localhost/"]
    {
        assert_eq!(judged(&reach, good), Ok(()), "{good}");
    }
    for bad in ["http://10.0.0.1/", "https://10.0.0.1/", "https://169.254.169.254/", "http://example.com/"] {
        assert!(judged(&reach, bad).is_err(), "{bad}");
    }
    assert!(reach.judge_resolved("evil.example", [127, 0, 0, 1].into()).is_err(), "a name is not this machine");
}

#[test]
fn a_typed_metadata_address_stays_forbidden() {
    let reach = Reach::for_server(&"https://169.254.169.254/".parse().unwrap());
    assert!(judged(&reach, "https://169.254.169.254/").is_err());
}
