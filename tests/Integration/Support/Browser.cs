using System.Net;
using System.Text.RegularExpressions;

namespace PyWharf.Integration.Support;

/// <summary>A person with a browser, as far as a server can tell: keeps cookies, says that it navigates, follows nothing by itself.</summary>
internal sealed partial class Browser : IDisposable
{
    public const string SessionCookie = "pywharf_session";

    private const string Html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _client;

    /// <param name="server">What it talks to.</param>
    /// <param name="forwarded">What the proxy between them adds to each request.</param>
    public Browser(PyWharfProcess server, params (string Name, string Value)[] forwarded)
    {
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = _cookies })
        {
            BaseAddress = server.BaseAddress,
        };
        foreach (var (name, value) in forwarded)
        {
            _client.DefaultRequestHeaders.Add(name, value);
        }
    }

    /// <summary>The value of the session's cookie; null without one.</summary>
    public string? Session => _cookies.GetAllCookies().FirstOrDefault(cookie => cookie.Name == SessionCookie)?.Value;

    /// <summary>Opens a page as a click on a link does.</summary>
    public Task<Answer> VisitAsync(string path) =>
        _client.AskAsync(path, ("Accept", Html), ("Sec-Fetch-Mode", "navigate"), ("User-Agent", "Mozilla/5.0"));

    /// <summary>Opens the login page, fills the form in and sends it.</summary>
    public async Task<Answer> LogInAsync(string repository, string secret, string? next = null)
    {
        var page = (await VisitAsync(next is null ? "/login/" : $"/login/?next={Uri.EscapeDataString(next)}")).With(200);
        var fields = FieldsOf(page);
        fields["pkg_repo_name"] = repository;
        fields["pkg_repo_secret_raw"] = secret;

        return await SubmitAsync(fields);
    }

    /// <summary>Opens the page that asks, and says yes.</summary>
    public async Task<Answer> LogOutAsync() => await SubmitAsync(FieldsOf((await VisitAsync("/logout/")).With(200)), "/logout/");

    /// <summary>The hidden fields of a page's form.</summary>
    public static Dictionary<string, string> FieldsOf(Answer page) =>
        Hidden().Matches(page.Text).ToDictionary(match => match.Groups[1].Value, match => WebUtility.HtmlDecode(match.Groups[2].Value));

    /// <summary>Opens a page with a form, fills in some of its fields and sends it to where the form says.</summary>
    public async Task<Answer> FillInAsync(string path, params (string Field, string Value)[] filled)
    {
        var page = (await VisitAsync(path)).With(200);
        var fields = FieldsOf(page);
        foreach (var (field, value) in filled)
        {
            Assert.Matches($"<(input|select)[^>]* name=\"{field}\"", page.Text);
            fields[field] = value;
        }

        return await SubmitAsync(fields, WebUtility.HtmlDecode(Action().Match(page.Text).Groups[1].Value));
    }

    /// <summary>Sends a form with these fields.</summary>
    public async Task<Answer> SubmitAsync(
        IReadOnlyDictionary<string, string> fields, string path = "/login/", params (string Name, string Value)[] headers)
    {
        using var form = new FormUrlEncodedContent(fields);

        return await SendAsync(path, form, headers);
    }

    /// <summary>Sends a body to where a form would be sent.</summary>
    public async Task<Answer> SendAsync(string path, HttpContent body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        foreach (var (name, value) in ((string, string)[])[("Accept", Html), ("Sec-Fetch-Mode", "navigate"), .. headers])
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await Answer.ReadAsync(await _client.SendAsync(request));
    }

    /// <summary>Sends a login form in parts.</summary>
    public Task<Answer> SubmitAsync(ClientForm form) => _client.UploadAsync(form, "/login/");

    /// <summary>Sends an upload with nothing but the cookies, as another site's form would.</summary>
    public Task<Answer> UploadAsync(ClientForm form) => _client.UploadAsync(form);

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]+)\"")]
    private static partial Regex Action();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\" />")]
    private static partial Regex Hidden();
}
