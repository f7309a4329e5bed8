import Glibc

/// The network address that a request comes from, by what throttling takes for one place.
package struct NetworkAddress: Hashable, Sendable {
    /// The IPv4 address, or the first 64 bits of the IPv6 address: one subscriber has all of the
    /// addresses that begin with them (RFC 6177), and could use another one for every try.
    package let place: String

    /// Reads an IPv4 or IPv6 address (RFC 4291 §2.2); nil for anything else.
    package init?(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(four: withUnsafeBytes(of: four) { Array($0) })
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: six) { Array($0) }
        // An IPv4 address as a socket for both shows it (RFC 4291 §2.5.5.2).
        if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]) {
            self.init(four: bytes.suffix(4))
            return
        }
        let groups = stride(from: 0, to: 8, by: 2).map { place in
            String(UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]), radix: 16)
        }
        self.init(place: groups.joined(separator: ":") + "/64")
    }

    private init(four bytes: some Sequence<UInt8>) {
        self.init(place: bytes.map { "\($0)" }.joined(separator: "."))
    }

    private init(place: String) { self.place = place }
}
