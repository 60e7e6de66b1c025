using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upload;

/// <summary>The decision table: what an upload is answered, and what clients that skip or retry look for (docs/uploads.md).</summary>
public sealed class StatusTests(ServerWithPolicies server) : IClassFixture<ServerWithPolicies>
{
    private static readonly Distribution Wheel = Wheels.Build("decided", "1.0");

    private static readonly Dictionary<string, (string User, string Password, ClientForm Form, int Status, string Reason)> Cases = new()
    {
        ["new"] = Usual(ClientForm.LikeTwine(Wheels.Build("new", "1.0")), 200),
        ["the same bytes again"] = Usual(ClientForm.LikeTwine(Wheel), 200),
        ["other bytes"] = Usual(ClientForm.LikeTwine(Wheels.Build("decided", "1.0", payload: 10)), 409, "File already exists: decided-1.0-py3-none-any.whl "),
        ["a deleted name"] = Usual(ClientForm.LikeTwine(Wheels.Build("deleted", "1.0")), 409, "File already exists"),
        ["invalid"] = Usual(ClientForm.LikeTwine(Wheel).With("version", "one"), 400, "The field version is missing or no valid version"),
        ["nobody"] = ("", "", ClientForm.LikeTwine(Wheel), 401, "Wrong or missing credentials"),
        ["another password"] = (ServerWithPolicies.Usual, "wrong", ClientForm.LikeTwine(Wheel), 401, "Wrong or missing credentials"),
        ["another repository"] = ("none", ServerFixture.WriteSecret, ClientForm.LikeTwine(Wheel), 401, "Wrong or missing credentials"),
        ["a secret that reads"] = (ServerWithPolicies.Usual, ServerFixture.ReadSecret, ClientForm.LikeTwine(Wheel), 403, "This secret may read but not write"),
        ["an archived project"] = Usual(ClientForm.LikeTwine(Wheels.Build("archived", "1.0")), 403, ""),
        ["a quarantined project"] = Usual(ClientForm.LikeTwine(Wheels.Build("quarantined", "1.0")), 403, ""),
        ["an action of old"] = Usual(ClientForm.LikeTwine(Wheel).With(":action", "submit"), 410, "Only :action=file_upload is offered here."),
        ["an action of old and nothing else"] = Usual(ClientForm.LikeTwine(Wheel).With(":action", "doc_upload").Only(":action"), 410, "Only :action=file_upload"),
        ["too large"] = (
            ServerWithPolicies.Small, ServerFixture.WriteSecret,
            ClientForm.LikeTwine(Wheels.Build("large", "1.0", payload: ServerWithPolicies.SmallBytes, random: true)), 413, "The file is larger than"),
    };

    public static TheoryData<string> Situations { get; } = new(Cases.Keys);

    [Theory]
    [MemberData(nameof(Situations))]
    public async Task An_upload_is_answered_as_the_table_says(string situation)
    {
        await PrepareAsync();
        var (user, password, form, status, reason) = Cases[situation];
        using var client = user.Length == 0 ? server.Server.Client() : server.Server.Client(user, password);

        foreach (var path in (string[])["/simple/", "/simple", "/legacy/"])
        {
            var answer = (await client.UploadAsync(form, path)).With(status);

            Assert.StartsWith(reason, status == 200 ? answer.Text : answer.Reason, StringComparison.Ordinal);
            Assert.Equal(status == 200 ? "" : answer.Reason + "\n", answer.Text);
            Assert.Equal(status == 401, answer["WWW-Authenticate"]?.StartsWith("Basic ", StringComparison.Ordinal) == true);
        }
    }

    [Fact]
    public async Task Who_asks_for_json_gets_the_reason_as_json_and_a_success_as_ever()
    {
        await PrepareAsync();
        using var writer = server.Writer(ServerWithPolicies.Usual);

        var refused = (await writer.UploadAsync(Cases["other bytes"].Form, accept: "application/json")).With(409);
        var taken = (await writer.UploadAsync(ClientForm.LikeTwine(Wheel), accept: "application/json")).With(200);

        Assert.Equal("Conflict", refused.Json.GetProperty("code").GetString());
        Assert.StartsWith("File already exists", refused.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("", taken.Text);
    }

    [Fact]
    public async Task A_page_asked_for_by_post_is_405_and_says_what_may_be_done()
    {
        using var writer = server.Writer(ServerWithPolicies.Usual);
        using var body = ClientForm.LikeTwine(Wheel).ToContent();

        var answer = await Answer.ReadAsync(await writer.PostAsync("/simple/decided/", body));

        Assert.Contains("GET", answer.With(405)["Allow"], StringComparison.Ordinal);
    }

    private static (string User, string Password, ClientForm Form, int Status, string Reason) Usual(ClientForm form, int status, string reason = "") =>
        (ServerWithPolicies.Usual, ServerFixture.WriteSecret, form, status, reason);

    /// <summary>What the situations find there; may be done again.</summary>
    private async Task PrepareAsync()
    {
        foreach (var (project, record) in new[]
        {
            ("archived", "status = \"archived\"\n"),
            ("quarantined", "status = \"quarantined\"\n"),
            ("deleted", $"[deleted.\"deleted-1.0-py3-none-any.whl\"]\nat = 2026-01-01T00:00:00Z\nsha256 = \"{Wheel.Sha256}\"\n"),
        })
        {
            var folder = Directory.CreateDirectory(Path.Combine(server.Storage(ServerWithPolicies.Usual), project));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, ".project.toml"), record);
        }

        using var writer = server.Writer(ServerWithPolicies.Usual);
        (await writer.UploadAsync(ClientForm.LikeTwine(Wheel))).With(200);
    }
}
