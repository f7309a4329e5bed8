// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Daybook",
    targets: [
        .target(name: "EventLine"),
        .testTarget(name: "EventLineTests", dependencies: ["EventLine"]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "EventLog", dependencies: ["EventLine", "CLZ4", "CLinux"]),
        .testTarget(name: "EventLogTests", dependencies: ["EventLog", "EventLine"]),
    ]
)

// One policy for every target; a target never weakens it.
for target in package.targets where target.type != .plugin && target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .swiftLanguageMode(.v6),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .treatAllWarnings(as: .error),
        ]
}
for target in package.targets where ["EventLine", "EventLog"].contains(target.name) {
    target.swiftSettings?.append(.strictMemorySafety())
}
