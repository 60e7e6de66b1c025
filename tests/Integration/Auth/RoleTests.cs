using System.Net.Http.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Auth;

/// <summary>Who may what: read, write, admin, and the repository's secrets.</summary>
[Collection(TokenServer.Name)]
public sealed class RoleTests(TokenServer server)
{
    private readonly string _project = $"roles-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_token_that_reads_uploads_nothing()
    {
        using var reader = server.Client("reader");

        Assert.Contains("The token reader has the permission read", (await reader.UploadAsync(Wheels.Build(_project, "1.0"))).With(403).Text, StringComparison.Ordinal);
        (await reader.AskAsync($"/simple/{_project}/")).With(404);
    }

    [Fact]
    public async Task A_token_that_writes_uploads_and_yanks_and_neither_deletes_nor_sets_a_status()
    {
        using var writer = server.Client("writer");
        (await writer.UploadAsync(Wheels.Build(_project, "1.0"))).With(200);
        (await writer.AskAsync(HttpMethod.Put, $"/api/projects/{_project}/versions/1.0/yank")).With(200);
        (await writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/1.0/yank")).With(200);

        Assert.Contains(
            "The token writer has the permission write", (await writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/1.0")).With(403).Text, StringComparison.Ordinal);
        Assert.Equal(403, await SetStatusAsync(writer));
    }

    [Fact]
    public async Task A_token_that_administers_does_both()
    {
        using var admin = server.Client("admin");
        (await admin.UploadAsync(Wheels.Build(_project, "1.0"))).With(200);

        Assert.Equal(200, await SetStatusAsync(admin));
        (await admin.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/1.0")).With(200);
    }

    [Fact]
    public async Task The_write_secret_does_all_unless_the_policy_reserves_deletion_for_admins()
    {
        using var team = server.Server.Client("team", TokenServer.WriteSecret);
        using var strict = server.Server.Client("strict", TokenServer.WriteSecret);
        using var admin = server.Server.Client("strict", TokenServer.AdminSecret);
        using var writer = server.Client("strict-writer");
        using var token = server.Client("strict-admin");
        foreach (var client in new[] { team, strict })
        {
            (await client.UploadAsync(Wheels.Build(_project, "1.0"))).With(200);
            (await client.UploadAsync(Wheels.Build(_project, "2.0"))).With(200);
        }

        (await team.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/1.0")).With(200);

        foreach (var client in new[] { strict, writer })
        {
            (await client.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/1.0")).With(403);
            Assert.Equal(403, await SetStatusAsync(client));
            (await client.AskAsync(HttpMethod.Put, $"/api/projects/{_project}/versions/1.0/yank")).With(200);
        }

        Assert.Equal(200, await SetStatusAsync(admin));
        (await admin.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/1.0")).With(200);
        (await token.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/2.0")).With(200);
    }

    private async Task<int> SetStatusAsync(HttpClient client)
    {
        using var answer = await client.PutAsJsonAsync($"/api/projects/{_project}/status", new { status = "archived" });

        return (int)answer.StatusCode;
    }
}
