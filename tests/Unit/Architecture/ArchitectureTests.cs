using Mono.Cecil;

namespace PyWharf.Unit.Architecture;

public class ArchitectureTests
{
    private static readonly string[] PlacesToMeet = ["/Api/Program.cs", "/Api/Cli/", "/Api/Commands/", "/Api/Hosting/"];

    [Fact]
    public void Domain_knows_nothing_but_the_base_class_library() =>
        AssertAll(Rules.DomainKnowsNobody(Product.Domain), "src/Domain");

    [Fact]
    public void Application_knows_the_domain_the_mediator_and_validation() =>
        AssertAll(Rules.ApplicationKnowsDomainOnly(Product.Application), "src/Application");

    [Fact]
    public void Nothing_below_the_edge_knows_the_web_server() =>
        AssertAll(
            Rules.NoWebBelowTheEdge([.. Product.Domain, .. Product.Application, .. Product.Infrastructure]),
            "src/Domain", "src/Application", "src/Infrastructure");

    [Fact]
    public void The_edge_meets_the_infrastructure_in_the_program_the_command_line_and_the_host_only() =>
        AssertClean(
            Rules.EdgeMeetsInfrastructureInFewPlaces(Product.Api),
            atLeast: Source.Files("src/Api").Count(file => !PlacesToMeet.Any(place => file.Contains(place, StringComparison.Ordinal))));

    [Fact]
    public void Http_clients_live_in_few_places() =>
        AssertClean(
            Rules.HttpClientsLiveInFewPlaces(Product.All),
            atLeast: Source.Files("src/Domain").Count() + Source.Files("src/Application").Count());

    [Fact]
    public void Upstream_is_asked_through_its_gate_only() => AssertAll(Rules.OnlyTheGateAsksUpstream(Product.Application), "src/Application");

    [Fact]
    public void Secrets_are_compared_in_one_place() =>
        AssertAll(Rules.SecretsAreComparedInOnePlace(Product.All), "src/Domain", "src/Application", "src/Infrastructure", "src/Api");

    [Theory]
    [InlineData("src/Domain")]
    [InlineData("src/Application")]
    [InlineData("src/Infrastructure")]
    [InlineData("src/Api")]
    public void Folders_of_a_project_form_no_circle(string project) => AssertAll(Rules.FoldersFormNoCircle(Product.Of(project)), project);

    [Fact]
    public void Ports_know_ports_and_the_domain_only() =>
        AssertClean(Rules.PortsKnowPortsAndDomainOnly(Product.Application), atLeast: Source.Files("src/Application/Ports").Count());

    [Fact]
    public void Slices_do_not_call_slices() =>
        AssertClean(Rules.SlicesDoNotCallSlices(Product.All), atLeast: Source.ClassesDerivedFrom("I(Stream)?RequestHandler<"));

    [Fact]
    public void Handlers_are_internal_and_sealed() => AssertSealed(Rules.IsHandler, "I(Stream)?RequestHandler<");

    [Fact]
    public void Validators_are_internal_and_sealed() => AssertSealed(Rules.IsValidator, "AbstractValidator<");

    [Fact]
    public void Modules_are_internal_and_sealed() => AssertSealed(Rules.IsModule, "ICarterModule");

    [Fact]
    public void Back_ends_are_internal_and_sealed() => AssertSealed(Rules.IsBackend, "I(RepositoryBackend|BackendType)");

    [Fact]
    public void No_type_is_called_by_a_name_that_says_nothing() =>
        AssertAll(Rules.NamesSaySomething(Product.All), "src/Domain", "src/Application", "src/Infrastructure", "src/Api");

    private static void AssertSealed(Func<TypeDefinition, bool> part, string baseType) =>
        AssertClean(Rules.PartsAreInternalAndSealed(Product.All, part), atLeast: Source.ClassesDerivedFrom(baseType));

    /// <summary>Every file has at least one type, so a rule that saw fewer types than files has missed some.</summary>
    private static void AssertAll(Verdict verdict, params string[] folders) =>
        AssertClean(verdict, atLeast: folders.Sum(folder => Source.Files(folder).Count()));

    private static void AssertClean(Verdict verdict, int atLeast)
    {
        Assert.True(verdict.Offences.Count == 0, string.Join('\n', verdict.Offences)); // Assert.Empty truncates the list
        Assert.True(verdict.Seen >= atLeast, $"The rule looked at {verdict.Seen} types; the sources have at least {atLeast}.");
    }
}
