import PortalEvents
import Testing

/// Whatever opens something is kept from those who read histories, hashed as it is.
@Test func `every field that holds a hash, a digest or a token is marked as secret`() {
    let endings = ["hash", "digest", "token"]
    for shape in EventShape.all {
        for field in shape.fields where !field.isSecret {
            #expect(
                !endings.contains { field.name.lowercased().hasSuffix($0) },
                "\(shape.type).\(field.name)"
            )
        }
    }
}
