using System.Text;
using Microsoft.AspNetCore.Http;
using PyWharf.Api.Bodies;
using PyWharf.Domain;

namespace PyWharf.Unit.Api.Bodies;

public sealed class SmallFormTests
{
    private const string Pairs = "application/x-www-form-urlencoded";
    private const string Parts = "multipart/form-data; boundary=b";
    private const int Most = 1000;

    [Theory]
    [InlineData(Pairs)]
    [InlineData(Pairs + "; charset=utf-8")]
    [InlineData(Pairs + "; charset=\"UTF-8\"")]
    [InlineData(Pairs + ";charset=utf8")]
    [InlineData("Application/X-WWW-Form-Urlencoded; x=y")]
    public async Task Fields_are_read_as_browsers_send_them(string type)
    {
        var form = (await ReadAsync(type, "a=1&b=%C3%A9+%2B&a=2&&c&=x&d=e=f%")).Value;

        Assert.Equal(["1", "2"], form.All("a"));
        Assert.Equal(("1", "é +", "", "e=f%", ""), (form["a"], form["b"], form["c"], form["d"], form["none"]));
    }

    [Fact]
    public async Task Parts_are_fields_whether_they_are_files_or_not()
    {
        var form = (await ReadAsync(Parts, Part("name=a", "1") + Part("name=\"b\"; filename=\"x\"", "\uFEFFé\r\n") + "--b--\r\n")).Value;

        Assert.Equal(("1", "é\r\n"), (form["a"], form["b"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("nonsense")]
    [InlineData("multipart/mixed; boundary=b")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    [InlineData(Pairs + "; charset=utf-7")]
    [InlineData(Pairs + "; charset=UTF-16")]
    [InlineData(Pairs + "; charset=utf-32")]
    [InlineData(Pairs + "; charset=latin1")]
    [InlineData(Pairs + "; charset=none-such")]
    [InlineData(Pairs + "; charset=")]
    [InlineData(Parts + "; charset=utf-7")]
    public async Task What_is_no_form_in_UTF_8_is_invalid(string? type)
    {
        Assert.Equal(FailureKind.Invalid, (await ReadAsync(type, "a=1")).Failure?.Kind);
    }

    [Fact]
    public async Task A_body_that_is_compressed_is_invalid()
    {
        Assert.Equal(FailureKind.Invalid, (await ReadAsync(Pairs, "a=1", "gzip")).Failure?.Kind);
        Assert.Null((await ReadAsync(Pairs, "a=1", "identity")).Failure);
    }

    [Theory]
    [InlineData(Pairs, "a=%FF")]
    [InlineData(Pairs, "%C3=b")]
    [InlineData(Pairs, "a=%ED%A0%80")] // a surrogate
    [InlineData(Parts, "")]
    [InlineData(Parts, "x")]
    [InlineData(Parts, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\ncut")]
    [InlineData(Parts, "--b\r\n\r\nx\r\n--b--\r\n")]
    [InlineData(Parts, "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n")]
    [InlineData(Parts, "--b\r\nContent-Disposition: form-data; name=\"=?utf-7?B?YQ==?=\"\r\n\r\nx\r\n--b--\r\n")]
    [InlineData(Parts, "--b\r\nContent-Disposition: form-data; name=a; filename*=utf-7''a\r\n\r\nx\r\n--b--\r\n")]
    [InlineData(Parts, "--b\r\nno colon\r\n\r\nx\r\n--b--\r\n")]
    public async Task What_is_malformed_is_invalid(string type, string body)
    {
        Assert.Equal(FailureKind.Invalid, (await ReadAsync(type, body)).Failure?.Kind);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_invalid()
    {
        foreach (var (type, body) in new[] { (Pairs, "a=\u00ff"), (Parts, Part("name=a", "\u00ff") + "--b--\r\n") })
        {
            Assert.Equal(FailureKind.Invalid, (await ReadAsync(type, Encoding.Latin1.GetBytes(body))).Failure?.Kind);
        }
    }

    [Fact]
    public async Task Fields_headers_and_bytes_have_a_bound()
    {
        var fields = string.Join('&', Enumerable.Repeat("a", 33));
        var header = "--b\r\nContent-Disposition: form-data; name=a\r\n" + string.Concat(Enumerable.Range(0, 20).Select(n => $"X{n}: y\r\n")) + "\r\nx\r\n--b--\r\n";

        Assert.Null((await ReadAsync(Pairs, fields[2..])).Failure);
        Assert.Equal(FailureKind.Invalid, (await ReadAsync(Pairs, fields)).Failure?.Kind);
        Assert.Equal(FailureKind.Invalid, (await ReadAsync(Parts, string.Concat(Enumerable.Repeat("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n", 33))[..Most])).Failure?.Kind);
        Assert.Equal(FailureKind.Invalid, (await ReadAsync(Parts, header)).Failure?.Kind);
        Assert.Null((await ReadAsync(Pairs, new string('a', Most))).Failure);
        Assert.Equal(FailureKind.TooLarge, (await ReadAsync(Pairs, new string('a', Most + 1))).Failure?.Kind);
    }

    private static string Part(string disposition, string value) => $"--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{value}\r\n";

    private static Task<Outcome<SmallForm>> ReadAsync(string? type, string body, string? coding = null) =>
        ReadAsync(type, Encoding.UTF8.GetBytes(body), coding);

    private static async Task<Outcome<SmallForm>> ReadAsync(string? type, byte[] body, string? coding = null)
    {
        using var stream = new MemoryStream(body);
        var http = new DefaultHttpContext { Request = { Body = stream, ContentType = type } };
        if (coding is not null)
        {
            http.Request.Headers.ContentEncoding = coding;
        }

        return await SmallForm.ReadAsync(http.Request, Most, CancellationToken.None);
    }
}
