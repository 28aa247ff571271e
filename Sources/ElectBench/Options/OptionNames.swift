import ArgumentParser

/// The options that a command takes, found where they are declared: so a scenario's keys are the command's options.
enum OptionNames {
    /// Long names, in the order of their declaration, and whether each takes a value.
    static func all(of command: any ParsableArguments.Type) -> [(name: String, takesValue: Bool)] {
        Mirror(reflecting: command.init()).children.flatMap { child -> [(name: String, takesValue: Bool)] in
            guard let label = child.label else { return [] }
            switch child.value {
            case let group as any DeclaredGroup: return all(of: group.members)
            case is any DeclaredOption: return [(kebabCase(label), true)]
            case is any DeclaredFlag: return [(kebabCase(label), false)]
            default: return []
            }
        }
    }

    /// Those of them that may be given several times.
    static func repeated(of command: any ParsableArguments.Type) -> Set<String> {
        Mirror(reflecting: command.init()).children.reduce(into: []) { names, child in
            switch child.value {
            case let group as any DeclaredGroup: names.formUnion(repeated(of: group.members))
            case let option as any DeclaredOption where option.isRepeated: names.insert(kebabCase(child.label ?? ""))
            default: break
            }
        }
    }

    /// `_faultInterval`, as a property wrapper's storage is called, makes `fault-interval`.
    private static func kebabCase(_ label: String) -> String {
        label.drop { $0 == "_" }.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }
}

private protocol DeclaredOption {
    /// Its values are collected.
    var isRepeated: Bool { get }
}
private protocol DeclaredFlag {}
private protocol DeclaredGroup {
    var members: any ParsableArguments.Type { get }
}

extension Option: DeclaredOption {
    fileprivate var isRepeated: Bool { Value.self is any MutableCollection.Type }
}
extension Flag: DeclaredFlag {}
extension OptionGroup: DeclaredGroup {
    var members: any ParsableArguments.Type { Value.self }
}
