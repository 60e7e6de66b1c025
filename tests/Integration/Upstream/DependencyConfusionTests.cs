using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary>A name of ours that a stranger publishes upstream with a higher version never wins: in any mode, by any spelling, at any route.</summary>
public sealed class DependencyConfusionTests(DependencyConfusionTests.Servers servers) : IClassFixture<DependencyConfusionTests.Servers>
{
    private const string Stranger = "99.0";

    private static readonly string[] Spellings = ["acme-billing", "Acme_Billing", "acme.billing", "ACME--Billing"];

    // What names the index, and what is there with the project's page in it.
    private static readonly string[] Routes = ["simple", "simple/+simple", "legacy/+simple"];

    public static TheoryData<string> Modes => new("fallback", "redirect", "cache", "off", "group");

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_project_that_is_here_has_its_own_files_only(string mode)
    {
        using var reader = servers.Server.Client(mode, ServerFixture.ReadSecret);
        foreach (var page in from route in Routes from spelling in Spellings select $"/{mode}/{route}/{spelling}/")
        {
            Assert.Equal(["acme_billing-1.0-py3-none-any.whl"], await FilenamesAsync(reader, page));
            await AssertNoFileAsync(reader, page, "acme_billing");
        }

        Assert.DoesNotContain(Stranger, (await reader.AskAsync($"/{mode}/pypi/acme-billing/json")).With(200).Text, StringComparison.Ordinal);
        (await reader.AskAsync($"/{mode}/pypi/acme-billing/{Stranger}/json")).With(404);
        Assert.DoesNotContain(Stranger, (await reader.AskAsync($"/{mode}/api/explain/acme-billing")).With(200).Text, StringComparison.Ordinal);
        AssertNotAsked("billing");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_project_all_of_whose_files_are_deleted_stays_ours(string mode)
    {
        using var reader = servers.Server.Client(mode, ServerFixture.ReadSecret);
        foreach (var page in from route in Routes from spelling in (string[])["acme-gone", "Acme_Gone", "acme.gone"] select $"/{mode}/{route}/{spelling}/")
        {
            Assert.Empty(await FilenamesAsync(reader, page) ?? [Stranger]);
            await AssertNoFileAsync(reader, page, "acme_gone");
        }

        AssertNotAsked("gone");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_reserved_name_that_is_not_published_comes_from_nowhere(string mode)
    {
        using var reader = servers.Server.Client(mode, ServerFixture.ReadSecret);
        foreach (var page in from route in Routes from spelling in (string[])["vault-tools", "Vault_Tools", "VAULT.tools"] select $"/{mode}/{route}/{spelling}/")
        {
            Assert.Null(await FilenamesAsync(reader, page));
            await AssertNoFileAsync(reader, page, "vault_tools");
        }

        (await reader.AskAsync($"/{mode}/pypi/vault-tools/json")).With(404);
        AssertNotAsked("vault");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_name_that_came_from_upstream_until_it_was_published_here_is_ours_from_then_on(string mode)
    {
        // A group takes no uploads: its member does.
        var (project, owner) = ($"late-{mode}", mode == "group" ? "cache" : mode);
        var wheel = $"late_{mode}-{Stranger}-py3-none-any.whl";
        servers.Upstream.Put(new FakeProject(project, FakeFile.Wheel(project, Stranger)));
        using var client = servers.Server.Client(mode, ServerFixture.ReadSecret);
        using var writer = servers.Server.Client(owner, ServerFixture.WriteSecret);
        var page = $"/{mode}/simple/{project}/";
        if (mode != "off")
        {
            Assert.Equal([wheel], await FilenamesAsync(client, page));
            (await client.AskAsync(page + wheel)).With(mode == "cache" ? 200 : 302);
        }

        var own = Wheels.Build(project, "0.1");
        (await writer.UploadAsync(own)).With(200);

        Assert.Equal([own.Filename], await FilenamesAsync(client, page));
        await AssertNoFileAsync(client, page, wheel[..wheel.IndexOf('-', StringComparison.Ordinal)]);

        (await writer.AskAsync(HttpMethod.Delete, $"/{owner}/api/projects/{project}/versions/0.1")).With(200);
        Assert.Empty(await FilenamesAsync(client, page) ?? []);
        await AssertNoFileAsync(client, page, wheel[..wheel.IndexOf('-', StringComparison.Ordinal)]);
    }

    private void AssertNotAsked(string word) =>
        Assert.DoesNotContain(servers.Upstream.Requests, request => request.Path.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static async Task AssertNoFileAsync(HttpClient client, string page, string stem)
    {
        foreach (var suffix in (string[])["-py3-none-any.whl", "-py3-none-any.whl.metadata", ".tar.gz"])
        {
            (await FollowAsync(client, $"{page}{stem}-{Stranger}{suffix}")).With(404);
        }
    }

    /// <summary>Null where there is no such project.</summary>
    private static async Task<IReadOnlyList<string?>?> FilenamesAsync(HttpClient client, string page)
    {
        var answer = await FollowAsync(client, page);

        return answer.Status == 404 ? null : [.. answer.With(200).Json.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("filename").GetString())];
    }

    /// <summary>As installers do, which are led to the normalised name.</summary>
    private static async Task<Answer> FollowAsync(HttpClient client, string path)
    {
        var answer = await client.AskAsync(path, ("Accept", Requests.Json));

        return answer.Status is 301 or 308 ? await client.AskAsync(answer["Location"] ?? "", ("Accept", Requests.Json)) : answer;
    }

    /// <summary>A repository of each mode, and a stranger's index.</summary>
    public sealed class Servers : IAsyncLifetime, IDisposable
    {
        private readonly TempFolder _root = new();
        private FakePyPi? _upstream;
        private PyWharfProcess? _server;

        internal FakePyPi Upstream => _upstream ?? throw new InvalidOperationException("It has not started yet.");

        internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

        /// <inheritdoc/>
        public async Task InitializeAsync()
        {
            _upstream = await FakePyPi.StartAsync();
            foreach (var name in (string[])["acme-billing", "acme-gone", "vault-tools"])
            {
                _upstream.Put(new FakeProject(name, FakeFile.Wheel(name, Stranger)));
            }

            var modes = (string[])["fallback", "redirect", "cache", "off"];
            const string Group = $"""
                [group]
                type = "group"
                members = ["empty", "cache", "fallback"]
                read_secret = "{ServerFixture.ReadSecret}"

                """;
            _server = await PyWharfProcess.StartAsync(_root.Path, string.Concat(modes.Append("empty").Select(TableOf)) + Group, $"--extra_index_url={_upstream.Index}");
            foreach (var mode in modes)
            {
                using var writer = _server.Client(mode, ServerFixture.WriteSecret);
                await writer.PublishAsync(Wheels.Build("acme-billing", "1.0"), Wheels.Build("acme-gone", "1.0"));
                (await writer.AskAsync(HttpMethod.Delete, "/api/projects/acme-gone/versions/1.0")).With(200);
            }
        }

        /// <inheritdoc/>
        public async Task DisposeAsync() => await Upstream.DisposeAsync();

        /// <inheritdoc/>
        public void Dispose()
        {
            _server?.Dispose();
            _root.Dispose();
        }

        private string TableOf(string mode) => $"""
            [{mode}]
            type = "file_system"
            read_secret = "{ServerFixture.ReadSecret}"
            write_secret = "{ServerFixture.WriteSecret}"
            {(mode == "off" ? "reserve = [\"Vault_*\"]" : "")}

            {(mode == "fallback" ? "" : $"[{mode}.upstream]\nurl = \"{Upstream.Index}\"\nmode = \"{(mode == "empty" ? "redirect" : mode)}\"")}

            """;
    }
}
