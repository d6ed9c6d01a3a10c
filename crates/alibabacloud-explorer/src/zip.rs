//! Zip archives without compression, for a few small text files.

/// An archive that is being written.
#[derive(Debug, Default)]
pub(crate) struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    files: u16,
}

/// The first day that an archive can name, 1980-01-01: the same files are the same bytes.
const DATE: u16 = 0x21;
/// The version of the format that a reader must know: 2.0, with directories.
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;

impl Zip {
    /// Adds a file. Archives of this format hold up to 65,535 files and 4 GiB, far more than those
    /// of the Explorer.
    pub(crate) fn add(&mut self, name: &str, text: &str) {
        let offset = self.bytes.len() as u32;
        let mut common = Vec::new();
        put16(&mut common, [VERSION, UTF8, 0, 0, DATE]);
        put32(&mut common, [crc32(text.as_bytes())]);
        put32(&mut common, [text.len() as u32; 2]);
        put16(&mut common, [name.len() as u16, 0]);

        self.bytes.extend_from_slice(b"PK\x03\x04");
        self.bytes.extend_from_slice(&common);
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(text.as_bytes());

        self.directory.extend_from_slice(b"PK\x01\x02");
        put16(&mut self.directory, [VERSION]);
        self.directory.extend_from_slice(&common);
        // No comment, the first disk, no attributes.
        put16(&mut self.directory, [0, 0, 0]);
        put32(&mut self.directory, [0, offset]);
        self.directory.extend_from_slice(name.as_bytes());
        self.files += 1;
    }

    /// Returns the bytes of the archive.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let offset = self.bytes.len() as u32;
        self.bytes.extend_from_slice(&self.directory);
        self.bytes.extend_from_slice(b"PK\x05\x06");
        put16(&mut self.bytes, [0, 0, self.files, self.files]);
        put32(&mut self.bytes, [self.directory.len() as u32, offset]);
        put16(&mut self.bytes, [0]);
        self.bytes
    }
}

fn put16<const N: usize>(bytes: &mut Vec<u8>, numbers: [u16; N]) {
    numbers
        .iter()
        .for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
}

fn put32<const N: usize>(bytes: &mut Vec<u8>, numbers: [u32; N]) {
    numbers
        .iter()
        .for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
}

/// Returns the checksum of zip, CRC-32 of IEEE 802.3, bit by bit: the files are small.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| match sum & 1 {
            0 => sum >> 1,
            _ => (sum >> 1) ^ 0xedb8_8320,
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        // The check value of the catalogue of CRC algorithms.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn an_archive_lists_its_files() {
        let mut zip = Zip::default();
        zip.add("a/b.txt", "text");
        zip.add("c.txt", "");
        let bytes = zip.finish();
        assert!(bytes.starts_with(b"PK\x03\x04"));
        let end = &bytes[bytes.len() - 22..];
        assert!(end.starts_with(b"PK\x05\x06"));
        assert_eq!(end[10], 2);
        let offset = u32::from_le_bytes([end[16], end[17], end[18], end[19]]) as usize;
        assert!(bytes[offset..].starts_with(b"PK\x01\x02"));
    }
}
