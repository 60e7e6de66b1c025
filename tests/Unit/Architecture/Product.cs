using System.Reflection;
using Mono.Cecil;

namespace PyWharf.Unit.Architecture;

/// <summary>The types of the built assemblies, including nested types, without compiler-generated ones.</summary>
internal static class Product
{
    public static IReadOnlyList<TypeDefinition> Domain { get; } = TypesOf("PyWharf.Domain");

    public static IReadOnlyList<TypeDefinition> Application { get; } = TypesOf("PyWharf.Application");

    public static IReadOnlyList<TypeDefinition> Infrastructure { get; } = TypesOf("PyWharf.Infrastructure");

    public static IReadOnlyList<TypeDefinition> Api { get; } = TypesOf("pywharf");

    public static IReadOnlyList<TypeDefinition> All { get; } = [.. Domain, .. Application, .. Infrastructure, .. Api];

    /// <summary>The types of a project by its folder, <c>src/Domain</c>.</summary>
    public static IReadOnlyList<TypeDefinition> Of(string project) => project switch
    {
        "src/Domain" => Domain,
        "src/Application" => Application,
        "src/Infrastructure" => Infrastructure,
        "src/Api" => Api,
        _ => throw new ArgumentException($"There is no project in {project}.", nameof(project)),
    };

    public static IReadOnlyList<TypeDefinition> TypesOf(string assembly) =>
        [.. AssemblyDefinition.ReadAssembly(Assembly.Load(assembly).Location).MainModule.GetTypes()
            .Where(type => !TypesUsed.IsCompilerMade(type))];
}
