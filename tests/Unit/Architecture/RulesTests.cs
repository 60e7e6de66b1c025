using Mono.Cecil;

namespace PyWharf.Unit.Architecture;

/// <summary>Each rule finds and names its offender.</summary>
public class RulesTests
{
    private static readonly IReadOnlyList<TypeDefinition> Here = Product.TypesOf("PyWharf.Unit");

    [Fact]
    public void A_domain_type_that_knows_a_package_is_found() =>
        AssertFound("Handler uses MediatR.ISender", Rules.DomainKnowsNobody(Only(typeof(CallsAnotherSlice.Handler))));

    [Fact]
    public void A_domain_type_that_knows_a_package_whose_name_starts_as_the_base_class_library_does_is_found() =>
        AssertFound(
            "Offender uses System.CommandLine.Command",
            Rules.DomainKnowsNobody(OneWithField("PyWharf.Domain", "System.CommandLine", "System.CommandLine", "Command")));

    [Fact]
    public void An_application_type_that_knows_the_infrastructure_is_found() =>
        AssertFound(
            "Offender uses PyWharf.Infrastructure.Toml.TomlTable",
            Rules.ApplicationKnowsDomainOnly(OneWithField("PyWharf.Application", "PyWharf.Infrastructure", "PyWharf.Infrastructure.Toml", "TomlTable")));

    [Theory]
    [InlineData("Microsoft.Extensions.Logging", true)]
    [InlineData("Microsoft.Extensions.Logging.Abstractions", false)]
    [InlineData("Polly.Core", true)]
    [InlineData("FluentValidation", false)]
    public void An_application_type_may_know_abstractions_but_not_what_implements_them(string assembly, bool found) =>
        Assert.Equal(found, Rules.ApplicationKnowsDomainOnly(OneWithField("PyWharf.Application", assembly, assembly, "Thing")).Offences.Count > 0);

    [Theory]
    [InlineData(typeof(AsksTheWeb.ByParameter))]
    [InlineData(typeof(AsksTheWeb.ByBaseClass))]
    [InlineData(typeof(AsksTheWeb.ByCall))]
    [InlineData(typeof(AsksTheWeb.ByGenericArgument))]
    [InlineData(typeof(AsksTheWeb.ByTypeOf))]
    [InlineData(typeof(AsksTheWeb.ByAttribute))]
    [InlineData(typeof(AsksTheWeb.ByCatch))]
    [InlineData(typeof(AsksTheWeb.ByClosure))]
    [InlineData(typeof(AsksTheWeb.ByStateMachine))]
    public void A_type_that_knows_the_web_is_found_wherever_it_mentions_it(Type offender) =>
        AssertFound($"{offender.Name} uses Microsoft.AspNetCore.Http.", Rules.NoWebBelowTheEdge(Only(offender)));

    [Theory]
    [InlineData(typeof(ComparesSecrets.ByItself), "ByItself calls PyWharf.Domain.Secret.Matches")]
    [InlineData(typeof(ComparesSecrets.InAClosure), "InAClosure calls PyWharf.Domain.Secret.Matches")]
    [InlineData(typeof(ComparesSecrets.AsBytes), "AsBytes uses System.Security.Cryptography.CryptographicOperations")]
    public void A_second_place_that_compares_secrets_is_found(Type offender, string offence) =>
        AssertFound(offence, Rules.SecretsAreComparedInOnePlace(Only(offender)));

    [Theory]
    [InlineData("PyWharf.Api.Modules", true)]
    [InlineData("PyWharf.Api.Clients", true)]
    [InlineData("PyWharf.Api.Cli", false)]
    [InlineData("PyWharf.Api.Hosting.Workers", false)]
    public void A_module_that_meets_the_infrastructure_is_found(string space, bool found)
    {
        var offender = OneWithField(space, "PyWharf.Infrastructure", "PyWharf.Infrastructure.Backends", "BackendCatalog");

        var verdict = Rules.EdgeMeetsInfrastructureInFewPlaces(offender);

        Assert.Equal(found ? [$"{space}.Offender uses PyWharf.Infrastructure.Backends.BackendCatalog"] : [], verdict.Offences);
    }

    [Theory]
    [InlineData("PyWharf.Infrastructure.State", true)]
    [InlineData("PyWharf.Infrastructure.Backends.GitHub", false)]
    [InlineData("PyWharf.Infrastructure.Upstream", false)]
    [InlineData("PyWharf.Infrastructure.Importing", false)]
    public void An_http_client_outside_back_ends_and_upstream_is_found(string space, bool found)
    {
        var offender = OneWithField(space, "System.Net.Http", "System.Net.Http", "HttpClient");

        var verdict = Rules.HttpClientsLiveInFewPlaces(offender);

        Assert.Equal(found ? [$"{space}.Offender uses System.Net.Http.HttpClient"] : [], verdict.Offences);
    }

    [Fact]
    public void An_http_client_that_is_only_called_is_found()
    {
        var verdict = Rules.HttpClientsLiveInFewPlaces(Only(typeof(AsksTheNetwork.Fetcher), typeof(AsksTheNetwork.Innocent)));

        AssertFound("Fetcher uses System.Net.Http.HttpClient", verdict);
        Assert.Equal(2, verdict.Seen);
    }

    [Fact]
    public void Whoever_asks_upstream_past_its_gate_is_found() =>
        Assert.Equal(
            ["PyWharf.Application.Simple.Offender uses PyWharf.Application.Upstream.IUpstream"],
            Rules.OnlyTheGateAsksUpstream(
                OneWithField("PyWharf.Application.Simple", "PyWharf.Application", "PyWharf.Application.Upstream", "IUpstream")).Offences);

    [Fact]
    public void Folders_that_use_each_other_are_found()
    {
        var verdict = Rules.FoldersFormNoCircle(Using(("A.Http", "A.Hosting"), ("A.Hosting", "A.Http"), ("A.Cli", "A.Hosting")));

        Assert.Equal(
            [
                "A.Http.Type uses A.Hosting.Type: A.Http and A.Hosting form a circle",
                "A.Hosting.Type uses A.Http.Type: A.Hosting and A.Http form a circle",
            ],
            verdict.Offences);
        Assert.Equal(3, verdict.Seen);
    }

    [Fact]
    public void A_circle_over_a_third_folder_is_found() =>
        Assert.Equal(3, Rules.FoldersFormNoCircle(Using(("A.Access", "A.Indexing"), ("A.Indexing", "A.Packages"), ("A.Packages", "A.Access"))).Offences.Count);

    [Fact]
    public void A_circle_between_deeper_folders_is_found() =>
        AssertFound(
            "A.Back.Git.Index.Type uses A.Back.Git.Api.Type: A.Back.Git.Index and A.Back.Git.Api form a circle",
            Rules.FoldersFormNoCircle(Using(("A.Back.Git.Index", "A.Back.Git.Api"), ("A.Back.Git.Api", "A.Back.Git.Index.Merge"))));

    [Fact]
    public void A_folder_and_its_subfolder_form_no_circle() =>
        Assert.Empty(Rules.FoldersFormNoCircle(Using(("A.Back", "A.Back.Git"), ("A.Back.Git", "A.Back"), ("A", "A.Back"))).Offences);

    [Fact]
    public void A_port_that_knows_a_use_case_is_found() =>
        AssertFound(
            "Offender uses PyWharf.Application.Packages.UploadForm",
            Rules.PortsKnowPortsAndDomainOnly(
                OneWithField("PyWharf.Application.Ports", "PyWharf.Application", "PyWharf.Application.Packages", "UploadForm")));

    [Fact]
    public void A_handler_that_sends_is_found() =>
        AssertFound("Handler uses MediatR.ISender", Rules.SlicesDoNotCallSlices(Only(typeof(CallsAnotherSlice.Handler))));

    [Fact]
    public void A_public_handler_is_found() =>
        AssertFound("Handler is public", Rules.PartsAreInternalAndSealed(Only(typeof(ForEveryone.Handler)), Rules.IsHandler));

    [Fact]
    public void Public_and_open_validators_are_found()
    {
        var verdict = Rules.PartsAreInternalAndSealed(Here.Where(type => type.FullName.Contains('/')), Rules.IsValidator);

        AssertFound("Validator is public", verdict);
        AssertFound("OpenValidator is not sealed", verdict);
        Assert.Equal((3, 2), (verdict.Seen, verdict.Offences.Count));
    }

    [Fact]
    public void An_open_module_is_found() =>
        AssertFound("OpenModule is not sealed", Rules.PartsAreInternalAndSealed(Only(typeof(OpenModule)), Rules.IsModule));

    [Fact]
    public void An_open_back_end_is_found() =>
        AssertFound("OpenBackend is not sealed", Rules.PartsAreInternalAndSealed(Only(typeof(OpenBackend)), Rules.IsBackend));

    [Fact]
    public void Names_that_say_nothing_are_found()
    {
        var verdict = Rules.NamesSaySomething(Only(typeof(PackageService), typeof(CacheManager<>), typeof(UrlUtils), typeof(HelperOfNobody)));

        AssertFound("PackageService is a *Service", verdict);
        AssertFound("CacheManager`1 is a *Manager", verdict);
        AssertFound("UrlUtils is a *Utils", verdict);
        Assert.Equal((4, 3), (verdict.Seen, verdict.Offences.Count));
    }

    private static void AssertFound(string offence, Verdict verdict) =>
        Assert.Contains(verdict.Offences, found => found.Contains(offence, StringComparison.Ordinal));

    private static List<TypeDefinition> Only(params Type[] types)
    {
        var names = types.Select(type => type.FullName?.Replace('+', '/')).ToList();
        var found = Here.Where(type => names.Contains(type.FullName)).ToList();

        Assert.Equal(types.Length, found.Count);
        return found;
    }

    /// <summary>A module with a type in each of the namespaces, which has a field of the type in the other namespace.</summary>
    private static List<TypeDefinition> Using(params (string From, string To)[] uses)
    {
        var module = ModuleDefinition.CreateModule("Offending", ModuleKind.Dll);
        foreach (var (from, to) in uses)
        {
            TypeIn(module, from).Fields.Add(new FieldDefinition($"_{to}", FieldAttributes.Private, TypeIn(module, to)));
        }

        return [.. module.Types.Where(type => type.Fields.Count > 0)];
    }

    private static TypeDefinition TypeIn(ModuleDefinition module, string space)
    {
        if (module.GetType(space, "Type") is { } made)
        {
            return made;
        }

        var type = new TypeDefinition(space, "Type", TypeAttributes.Class, module.TypeSystem.Object);
        module.Types.Add(type);

        return type;
    }

    /// <summary>A type <c>space.Offender</c> with a field of a type in an assembly, which need not exist.</summary>
    private static TypeDefinition[] OneWithField(string space, string assembly, string fieldSpace, string fieldType)
    {
        var module = ModuleDefinition.CreateModule("Offending", ModuleKind.Dll);
        var used = new TypeReference(fieldSpace, fieldType, module, new AssemblyNameReference(assembly, new Version(1, 0)));
        var offender = new TypeDefinition(space, "Offender", TypeAttributes.Class, module.TypeSystem.Object);
        offender.Fields.Add(new FieldDefinition("_field", FieldAttributes.Private, used));
        module.Types.Add(offender);

        return [offender];
    }
}
