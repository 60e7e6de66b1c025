using PyWharf.Integration.Support;

namespace PyWharf.Integration.Simple;

[Collection(ServerFixture.Name)]
public sealed class NegotiationTests(ServerFixture server) : IClassFixture<SampleProject>, IDisposable
{
    private const string Html = "application/vnd.pypi.simple.v1+html";
    private const string TextHtml = "text/html; charset=utf-8";

    private readonly HttpClient _reader = server.Reader();

    public void Dispose() => _reader.Dispose();

    [Theory]
    [InlineData("application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01", Requests.Json)] // pip
    [InlineData("application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01", Requests.Json)] // uv
    [InlineData("application/vnd.pypi.simple.v1+json, */*;q=0.1", Requests.Json)] // poetry
    [InlineData("*/*", TextHtml)] // hatch, curl
    [InlineData("text/html", TextHtml)] // pip before 22.2
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", TextHtml)] // browsers
    [InlineData("text/html;q=0.9, application/vnd.pypi.simple.v1+json;q=0.1", TextHtml)]
    [InlineData("APPLICATION/VND.PYPI.SIMPLE.V1+JSON", Requests.Json)]
    [InlineData("application/vnd.pypi.simple.latest+json", Requests.Json)]
    [InlineData("application/vnd.pypi.simple.latest+html", Html)]
    [InlineData("application/vnd.pypi.simple.v1+html", Html)]
    [InlineData("application/vnd.pypi.simple.v2+json, application/vnd.pypi.simple.v1+json;q=0.5", Requests.Json)]
    public async Task Every_client_gets_what_it_can_read(string accept, string contentType)
    {
        foreach (var path in (string[])["/simple/", SampleProject.Page])
        {
            var page = (await _reader.AskAsync(path, ("Accept", accept))).With(200);

            Assert.Equal(contentType, page["Content-Type"]?.Replace("+html; charset=utf-8", "+html", StringComparison.Ordinal));
            Assert.Contains("Accept", Varying(page));
        }
    }

    [Theory]
    [InlineData("application/vnd.pypi.simple.v2+json")]
    [InlineData("application/vnd.pypi.simple.v1+json;q=0, image/png")]
    [InlineData("application/json")]
    public async Task What_we_cannot_write_is_406_with_a_list_of_what_we_can(string accept)
    {
        var answer = (await _reader.AskAsync(SampleProject.Page, ("Accept", accept))).With(406);

        Assert.Contains("Accept", Varying(answer));
        Assert.Contains(Requests.Json, answer.Text, StringComparison.Ordinal);
        Assert.Contains("text/html", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/vnd.pypi.simple.v1%2Bjson", 200)]
    [InlineData("application/vnd.pypi.simple.v1+json", 200)] // a plus sign that nobody encoded is a space
    [InlineData("application/vnd.pypi.simple.v9%2Bjson", 406)]
    public async Task A_format_in_the_query_takes_precedence(string format, int status)
    {
        var answer = (await _reader.AskAsync($"{SampleProject.Page}?format={format}", ("Accept", "text/html"))).With(status);

        Assert.True(status != 200 || answer["Content-Type"] == Requests.Json, answer.ToString());
    }

    [Theory]
    [InlineData("Accept", ";;;,,,q=")]
    [InlineData("Accept", "\"")]
    [InlineData("Accept", "text/html;q=\"1")]
    [InlineData("Accept", "text/html;q=NaN, */*;q=1e99")]
    [InlineData("Accept-Encoding", "gzip;q=x, ;;")]
    [InlineData("If-None-Match", "\"")]
    [InlineData("Cookie", "=;;=pywharf_session;\"")]
    [InlineData("Sec-Fetch-Mode", "navigate, navigate")]
    [InlineData("X-Forwarded-For", "nonsense")]
    [InlineData("If-Modified-Since", "yesterday")]
    public async Task A_malformed_header_breaks_nothing(string name, string value)
    {
        foreach (var (path, statuses) in new (string, int[])[] { (SampleProject.Page, [200, 406]), ("/simple/not-there/", [404]), ("/login/", [200]) })
        {
            Assert.Contains((await _reader.AskAsync(path, (name, value))).Status, statuses);
        }
    }

    private static string[] Varying(Answer answer) => (answer["Vary"] ?? "").Split(',', StringSplitOptions.TrimEntries);
}
