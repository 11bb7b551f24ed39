//! URL-decoding: IAM's API returns documents encoded after RFC 3986.

/// The decoded text when `text` is URL-encoded (a policy begins with `{`, an encoded one with `%7B`).
///
/// `None` when it is not encoded, or when it is encoded wrongly; see [`is_encoded`] to tell the two apart.
pub(super) fn decode_if_encoded(text: &str) -> Option<String> {
    if !is_encoded(text) {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.trim().bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = hex(bytes.next()?)?;
            let low = hex(bytes.next()?)?;
            out.push(high * 16 + low);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

/// Whether the text is URL-encoded: no JSON text begins with `%`.
pub(super) fn is_encoded(text: &str) -> bool {
    text.trim_start().starts_with('%')
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}
