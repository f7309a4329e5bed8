// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Daybook",
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .target(name: "EventLine"),
        .target(name: "FHIRBulk", dependencies: ["EventLine"]),
        .target(
            name: "PersonalData",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(name: "EventLineTests", dependencies: ["EventLine"]),
        .testTarget(name: "FHIRBulkTests", dependencies: ["EventLine", "FHIRBulk"]),
        .testTarget(
            name: "PersonalDataTests",
            dependencies: [
                "PersonalData",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
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
