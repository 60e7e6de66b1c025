using PyWharf.Application.Access;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upload;

/// <summary>Who uploaded a file, as the index has it.</summary>
public sealed class UploaderTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task It_is_the_name_of_the_secret_or_token_also_of_a_session_and_of_an_index_that_is_made_anew()
    {
        var token = TokenText.New();
        var config = $"{ServerFixture.Config}\n[local.tokens.ci-billing]\nsha256 = \"{TokenText.DigestOf(token)}\"\npermission = \"write\"\n";
        using (var server = await PyWharfProcess.StartAsync(_root.Path, config))
        {
            using var secret = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            using var job = server.Client("__token__", token.Reveal());
            using var browser = new Browser(server);
            (await browser.LogInAsync(ServerFixture.Repository, token.Reveal())).With(303);
            var csrf = Browser.FieldsOf(await browser.VisitAsync("/logout/"))["csrf_token"];

            (await secret.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
            (await job.UploadAsync(Wheels.Build("demo", "2.0"))).With(200);
            (await browser.UploadAsync(ClientForm.LikeTwine(Wheels.Build("demo", "3.0")).With("csrf_token", csrf))).With(200);
            (await secret.UploadAsync(Wheels.Build("demo", "2.0"))).With(200);

            AssertUploaders();
            var stored = await File.ReadAllTextAsync(_root.At("cache", ServerFixture.Repository, "storage", "demo", "demo-3.0-py3-none-any.whl.meta"));
            Assert.DoesNotContain("csrf_token", stored, StringComparison.Ordinal);
        }

        Directory.Delete(_root.At("index", ServerFixture.Repository), recursive: true);
        using var again = await PyWharfProcess.StartAsync(_root.Path, config);
        using var reader = again.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        using var visitor = new Browser(again);
        await visitor.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret);
        Assert.DoesNotContain("ci-billing", (await reader.ProjectAsync("demo")).ToString(), StringComparison.Ordinal);
        AssertUploaders();
        Assert.Contains("<td>write secret</td>", (await visitor.VisitAsync("/local/project/demo/1.0/")).With(200).Text, StringComparison.Ordinal);
        Assert.Matches(@"(?s)Newest uploads.+?demo 3\.0</a>.+?UTC</time>\s+by ci-billing.+?demo 1\.0</a>.+?UTC</time>\s+by write secret", (await visitor.VisitAsync("/local/")).With(200).Text);
    }

    private void AssertUploaders()
    {
        using var catalog = CatalogReader.TryOpen(_root.At("index", ServerFixture.Repository, "catalog.db"));

        Assert.Equal(
            ["write secret", "ci-billing", "ci-billing"],
            new[] { "1.0", "2.0", "3.0" }.Select(version => catalog?.Find($"demo-{version}-py3-none-any.whl")?.UploadedBy));
    }
}
