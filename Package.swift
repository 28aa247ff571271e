// swift-tools-version: 6.2
import PackageDescription

/// One list for all targets, so that no file is compiled under other rules than its neighbour.
let settings: [SwiftSetting] = [
    // Data races are compile-time errors.
    .swiftLanguageMode(.v6),
    // An existential has a cost and a meaning of its own: it must be seen where it is used.
    .enableUpcomingFeature("ExistentialAny"),
    // What a module re-exports is a decision, not an accident of its imports.
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // An async function stays on its caller's executor unless it says otherwise.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    // A weak capture is never reassigned, so it can be sent.
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "electbench",
    products: [
        .library(name: "ElectionCore", targets: ["ElectionCore"]),
        .library(name: "NATSStore", targets: ["NATSStore"]),
        .executable(name: "electbench", targets: ["ElectBench"]),
    ],
    dependencies: [
        // Options, validation, help and exit code 64 of the command line.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // The heap of deadlines, the queue of writes, and the members in an array that is also found in by id.
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        // The log of instances and driver on standard error.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // Percentiles of store operations that stay exact to three digits at any count.
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        // Signals as an async sequence (UnixSignals).
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // Child processes, signalled by pidfd. Without its Foundation trait: the binary stays small.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        // The proxy that stands between an instance and its servers, and the server of the live page.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // File descriptors and paths, in swift-subprocess's own types.
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        // Scenario files: YAML's own grammar, and the line of each key and value for messages.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
        .target(name: "CLinux"),
        // Compresses exports: gzip's format is zlib's.
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "ElectionCore",
            dependencies: [
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "NATSStore",
            dependencies: [
                "CNATS", "ElectionCore",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Measurement",
            dependencies: [
                "CLinux", "CZlib", "ElectionCore", .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "HTMLReport",
            dependencies: [
                "CLinux", "ElectionCore", "Measurement",
                // Runs gnuplot, and says where it is.
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            // The style sheet and the timeline's script go into each page: one static binary has no folder beside it.
            resources: [.embedInCode("Assets")],
            swiftSettings: settings
        ),
        .target(
            name: "Chaos",
            dependencies: [
                "CLinux", "ElectionCore",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Simulation",
            dependencies: ["ElectionCore", "Chaos", "Measurement"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "ElectBench",
            dependencies: [
                "ElectionCore", "NATSStore", "Chaos", "Measurement", "HTMLReport", "Simulation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            // The shipped scenarios, a link to scenarios/: one static binary has no folder of resources beside it.
            resources: [.embedInCode("Scenario/Shipped")],
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "ElectionCore",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        // The draws of random inputs are the simulation's.
        .testTarget(name: "ElectionCoreTests", dependencies: ["ElectionCore", "Simulation"], swiftSettings: settings),
        .testTarget(name: "NATSStoreTests", dependencies: ["NATSStore", "ElectionCore"], swiftSettings: settings),
        .testTarget(name: "MeasurementTests", dependencies: ["Measurement", "ElectionCore"], swiftSettings: settings),
        .testTarget(
            name: "HTMLReportTests",
            dependencies: ["HTMLReport", "Measurement", "ElectionCore"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ChaosTests",
            dependencies: [
                "CLinux", "Chaos", "ElectionCore", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Simulation", "Chaos", "ElectionCore", "Measurement"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ElectBenchTests",
            dependencies: [
                "ElectBench", "ElectionCore", "Measurement", "TestSupport", .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["NATSStore", "Chaos", "ElectionCore", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["Measurement", "ElectionCore", "TestSupport"],
            swiftSettings: settings
        ),
    ]
)
