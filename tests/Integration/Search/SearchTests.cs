using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Search;

public sealed class SearchTests(SearchedServer server) : IClassFixture<SearchedServer>, IDisposable
{
    private readonly HttpClient _reader = server.Reader(ServerFixture.Repository);

    public void Dispose() => _reader.Dispose();

    [Theory]
    [InlineData("http", "http", "http-server", "zope-http", "requests")]
    [InlineData("HTTP", "http", "http-server", "zope-http", "requests")]
    [InlineData("zope_http", "zope-http")]
    [InlineData("http%20zope", "zope-http")]
    [InlineData("zope%20%20requests", "zope-http")]
    [InlineData("http%20client", "http")]
    [InlineData("people", "requests")]
    [InlineData("http%20nowhere")]
    [InlineData("%00")]
    [InlineData("%ED%A0%80%22%3C")]
    [InlineData("", "http", "http-server", "other", "requests", "zope-http")]
    [InlineData("%20", "http", "http-server", "other", "requests", "zope-http")]
    public async Task The_likeliest_project_comes_first(string query, params string[] names)
    {
        var found = (await _reader.AskAsync($"/search?q={query}")).With(200);

        Assert.Equal(names, NamesIn(found.Json));
        Assert.Equal(names.Length, found.Json.GetProperty("total").GetInt32());
        Assert.Equal(Uri.UnescapeDataString(query), found.Json.GetProperty("query").GetString());
    }

    [Fact]
    public async Task A_result_tells_the_version_that_installers_take_and_what_it_is_for()
    {
        var results = (await _reader.AskAsync("/local/search?q=zope")).With(200).Json.GetProperty("results");

        Assert.Equal("""[{"name":"zope-http","summary":"Hands over REQUESTS","version":"2.0"}]""", JsonSerializer.Serialize(results));
    }

    [Fact]
    public async Task Without_words_every_project_is_listed_page_by_page()
    {
        var first = (await _reader.AskAsync("/search?limit=2")).With(200).Json;
        var second = (await _reader.AskAsync("/search?limit=2&offset=2")).With(200).Json;
        var beyond = (await _reader.AskAsync("/search?offset=99")).With(200).Json;
        var none = (await _reader.AskAsync("/search?limit=0")).With(200).Json;

        Assert.Equal(["http", "http-server"], NamesIn(first));
        Assert.Equal(["other", "requests"], NamesIn(second));
        Assert.Empty(NamesIn(beyond));
        Assert.Empty(NamesIn(none));
        Assert.All([first, second, beyond, none], page => Assert.Equal(5, page.GetProperty("total").GetInt32()));
    }

    [Theory]
    [InlineData("limit=501")]
    [InlineData("limit=-1")]
    [InlineData("limit=many")]
    [InlineData("offset=-1")]
    [InlineData("offset=99999999999")]
    [InlineData("q=LONG")]
    public async Task What_cannot_be_meant_is_400_with_a_reason(string query)
    {
        var answer = (await _reader.AskAsync($"/search?{query.Replace("LONG", new string('a', 201), StringComparison.Ordinal)}", ("Accept", "application/json"))).With(400);

        Assert.Equal("Invalid", answer.Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Only_what_is_offered_is_found_and_what_is_new_at_once()
    {
        using var reader = server.Reader("changing");
        using var writer = server.Writer("changing");
        await SearchedServer.PublishAsync(writer, "http", "1.0", "");
        await SearchedServer.PublishAsync(writer, "http-server", "1.0", "");
        Assert.Equal(["http", "http-server"], NamesIn((await reader.AskAsync("/search?q=http")).With(200).Json));

        using var quarantine = new StringContent("{\"status\": \"quarantined\"}");
        (await Answer.ReadAsync(await writer.PutAsync(new Uri("/api/projects/http/status", UriKind.Relative), quarantine))).With(200);
        await SearchedServer.PublishAsync(writer, "http-new", "1.0", "");

        Assert.Equal(["http-new", "http-server"], NamesIn((await reader.AskAsync("/search?q=http")).With(200).Json));
    }

    [Fact]
    public async Task The_answer_is_for_its_reader_alone_and_is_304_when_it_is_the_same()
    {
        var answer = (await _reader.AskAsync("/search?q=http")).With(200);

        Assert.Equal(("application/json", "private, no-cache"), (answer["Content-Type"], answer["Cache-Control"]));
        (await _reader.AskAsync("/search?q=http", ("If-None-Match", answer["ETag"] ?? ""))).With(304);

        using var nobody = server.Server.Client();
        (await nobody.AskAsync("/search?q=http")).With(401);
    }

    private static IEnumerable<string?> NamesIn(JsonElement answer) =>
        answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("name").GetString());
}
