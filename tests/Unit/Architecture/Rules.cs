using Mono.Cecil;

namespace PyWharf.Unit.Architecture;

/// <summary>
/// The rules of dependencies, declarations and names. Each rule takes types, and returns how many it applied to and the offences, so that a test can
/// tell "no offence" from "no type checked".
/// </summary>
internal static class Rules
{
    private static readonly string BaseClassLibrary = Path.GetDirectoryName(typeof(object).Assembly.Location)
        ?? throw new InvalidOperationException("The base class library is a file.");

    private static readonly string[] HttpClientPlaces = ["PyWharf.Infrastructure.Backends", "PyWharf.Infrastructure.Upstream", "PyWharf.Infrastructure.Importing", "PyWharf.Infrastructure.Doctor"];

    private static readonly string[] VagueEndings = ["Service", "Manager", "Helper", "Helpers", "Util", "Utils"];

    /// <summary>Domain uses the base class library only.</summary>
    public static Verdict DomainKnowsNobody(IEnumerable<TypeDefinition> types) =>
        Forbid(types, used => !IsBaseClassLibrary(used) && AssemblyOf(used) != "PyWharf.Domain");

    /// <summary>Application uses Domain, MediatR, FluentValidation, System.IO.Hashing, and abstractions of Microsoft.Extensions.</summary>
    public static Verdict ApplicationKnowsDomainOnly(IEnumerable<TypeDefinition> types) =>
        Forbid(types, used => !IsBaseClassLibrary(used) && !IsAbstraction(AssemblyOf(used)) && AssemblyOf(used) is not
            ("PyWharf.Application" or "PyWharf.Domain" or "MediatR" or "MediatR.Contracts" or "FluentValidation" or "System.IO.Hashing"));

    /// <summary>Only Api uses ASP.NET Core and Carter.</summary>
    public static Verdict NoWebBelowTheEdge(IEnumerable<TypeDefinition> types) =>
        Forbid(types, used => AssemblyOf(used) is var name
            && (name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || name is "Carter" or "pywharf"));

    /// <summary>Within Api, only Program, the command line and the host use Infrastructure.</summary>
    public static Verdict EdgeMeetsInfrastructureInFewPlaces(IEnumerable<TypeDefinition> types) =>
        Forbid(
            types.Where(type => type.Name != "Program" && !Within(type, "PyWharf.Api.Cli") && !Within(type, "PyWharf.Api.Commands") && !Within(type, "PyWharf.Api.Hosting")),
            used => AssemblyOf(used) == "PyWharf.Infrastructure");

    /// <summary>Only back ends, upstream and the import, which have retries and limits, use HTTP clients; and the doctor, which plays a client.</summary>
    public static Verdict HttpClientsLiveInFewPlaces(IEnumerable<TypeDefinition> types) =>
        Forbid(
            types.Where(type => !HttpClientPlaces.Any(place => Within(type, place))),
            used => used.FullName is "System.Net.Http.HttpClient" or "System.Net.Http.HttpMessageInvoker" or "System.Net.Http.IHttpClientFactory");

    /// <summary>Only UpstreamGate, which checks reserved names and rules, uses the upstream port; UpstreamSource holds it.</summary>
    public static Verdict OnlyTheGateAsksUpstream(IEnumerable<TypeDefinition> types) =>
        Forbid(
            types.Where(type => (type.DeclaringType ?? type).Name is not ("UpstreamGate" or "UpstreamSource")),
            used => used.FullName == "PyWharf.Application.Upstream.IUpstream");

    /// <summary>
    /// Application/Access alone compares a shown secret, and the back end that knows it; nobody else compares in constant time but sessions, with their own
    /// tokens, and the comparison of two configurations.
    /// </summary>
    public static Verdict SecretsAreComparedInOnePlace(IEnumerable<TypeDefinition> types) =>
        Judge(types, type =>
        [
            .. Within(type, "PyWharf.Application.Access") || Within(type, "PyWharf.Infrastructure.Backends") || Within(type, "PyWharf.Domain")
                ? []
                : TypesUsed.CallsOf(type).Where(IsSecretComparison).Select(called => $"calls {called.DeclaringType.FullName}.{called.Name}").Distinct(),
            .. Within(type, "PyWharf.Domain") || Within(type, "PyWharf.Api.Sessions") || type.Name == "ConfigurationAuthorization" || type.DeclaringType?.Name == "ConfigurationAuthorization"
                ? []
                : TypesUsed.By(type).Where(used => used.Name == "CryptographicOperations").Select(used => $"uses {used.FullName}").Distinct(),
        ]);

    /// <summary>Folders of one project use each other in one direction only.</summary>
    public static Verdict FoldersFormNoCircle(IEnumerable<TypeDefinition> types)
    {
        var seen = types.ToList();

        return new Verdict(seen.Count, [.. FolderCircles.Among(seen)]);
    }

    /// <summary>A port names only the domain and other ports.</summary>
    public static Verdict PortsKnowPortsAndDomainOnly(IEnumerable<TypeDefinition> types) =>
        Forbid(
            types.Where(type => Within(type, "PyWharf.Application.Ports")),
            used => AssemblyOf(used) == "PyWharf.Application" && !Within(used, "PyWharf.Application.Ports"));

    /// <summary>A use case does not send another use case.</summary>
    public static Verdict SlicesDoNotCallSlices(IEnumerable<TypeDefinition> types) =>
        Forbid(
            types.Where(IsHandler),
            used => used.FullName is "MediatR.ISender" or "MediatR.IMediator" or "MediatR.IPublisher" or "MediatR.Mediator");

    /// <summary>Types that are found by their interface or base class are internal and sealed.</summary>
    public static Verdict PartsAreInternalAndSealed(IEnumerable<TypeDefinition> types, Func<TypeDefinition, bool> part) =>
        Judge(types.Where(type => !type.IsAbstract && part(type)), type => type switch
        {
            { IsSealed: false } => ["is not sealed"],
            { IsNested: false, IsPublic: true } or { IsNestedPublic: true } => ["is public"],
            _ => [],
        });

    /// <summary>No type has a vague name.</summary>
    public static Verdict NamesSaySomething(IEnumerable<TypeDefinition> types) =>
        Judge(types, type => VagueEndings
            .Where(ending => type.Name.Split('`')[0].EndsWith(ending, StringComparison.Ordinal))
            .Select(ending => $"is a *{ending}"));

    public static bool IsHandler(TypeDefinition type) =>
        Implements(type, "IRequestHandler`1") || Implements(type, "IRequestHandler`2") || Implements(type, "IStreamRequestHandler`2");

    public static bool IsValidator(TypeDefinition type) => type.BaseType?.Name == "AbstractValidator`1";

    public static bool IsModule(TypeDefinition type) => Implements(type, "ICarterModule");

    public static bool IsBackend(TypeDefinition type) => Implements(type, "IRepositoryBackend") || Implements(type, "IBackendType");

    private static bool IsSecretComparison(MethodReference called) =>
        called.Name == "Matches" && called.Parameters is [{ ParameterType.FullName: "PyWharf.Domain.Secret" }];

    private static bool Implements(TypeDefinition type, string name) => type.Interfaces.Any(implemented => implemented.InterfaceType.Name == name);

    private static bool Within(TypeReference type, string space) =>
        NamespaceOf(type) is var name && (name == space || name.StartsWith(space + '.', StringComparison.Ordinal));

    public static string NamespaceOf(TypeReference type) => type.DeclaringType is { } outer ? NamespaceOf(outer) : type.Namespace;

    private static bool IsBaseClassLibrary(TypeReference type) =>
        File.Exists(Path.Combine(BaseClassLibrary, AssemblyOf(type) + ".dll"));

    private static bool IsAbstraction(string assembly) =>
        assembly.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
        && (assembly.EndsWith(".Abstractions", StringComparison.Ordinal) || assembly is "Microsoft.Extensions.Options" or "Microsoft.Extensions.Primitives");

    private static string AssemblyOf(TypeReference type) => type.Scope switch
    {
        AssemblyNameReference assembly => assembly.Name,
        ModuleDefinition module => module.Assembly.Name.Name,
        _ => type.Scope.Name,
    };

    private static Verdict Forbid(IEnumerable<TypeDefinition> types, Func<TypeReference, bool> forbidden) =>
        Judge(types, type => TypesUsed.By(type).Where(forbidden).Select(used => $"uses {used.FullName}").Distinct());

    private static Verdict Judge(IEnumerable<TypeDefinition> types, Func<TypeDefinition, IEnumerable<string>> offences)
    {
        var seen = types.ToList();

        return new Verdict(seen.Count, [.. seen.SelectMany(type => offences(type).Select(offence => $"{type.FullName} {offence}"))]);
    }
}
