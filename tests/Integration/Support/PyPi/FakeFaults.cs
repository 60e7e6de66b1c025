using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace PyWharf.Integration.Support.PyPi;

/// <summary>What an index does wrong. Each is given the answer that would be right.</summary>
internal static class FakeFaults
{
    /// <summary>Sends no answer, until the client gives up.</summary>
    public static FakeFault Hang { get; } = (http, _) => UntilClientLeaves(http);

    /// <summary>Sends status and headers, and nothing of the body.</summary>
    public static FakeFault HangInBody { get; } = async (http, right) =>
    {
        Announce(http, right);
        await http.Response.StartAsync();
        await UntilClientLeaves(http);
    };

    /// <summary>Closes the connection without an answer.</summary>
    public static FakeFault Abort { get; } = (http, _) =>
    {
        http.Abort();

        return Task.CompletedTask;
    };

    /// <summary>Sends other bytes of the same length.</summary>
    public static FakeFault OtherBytes { get; } = (http, right) => SendAsync(http, right with { Body = [.. right.Body.Select(value => (byte)~value)] });

    /// <summary>Does not say how long the body is.</summary>
    public static FakeFault WithoutLength { get; } = async (http, right) =>
    {
        http.Response.ContentType = right.ContentType;
        foreach (var part in right.Body.Chunk(64 * 1024))
        {
            await http.Response.Body.WriteAsync(part);
            await http.Response.Body.FlushAsync();
        }
    };

    /// <summary>Ignores ranges.</summary>
    public static FakeFault WithoutRanges { get; } = SendAsync;

    /// <summary>Sends so many bytes of the body, and closes the connection.</summary>
    public static FakeFault CutAfter(int bytes) => async (http, right) =>
    {
        Announce(http, right);
        await http.Response.Body.WriteAsync(right.Body.AsMemory(0, bytes));
        await http.Response.Body.FlushAsync();
        http.Abort();
    };

    /// <summary>Sends so many bytes of the body, and the others when a test says so.</summary>
    public static FakeFault PauseAfter(int bytes, Task goOn, bool hasLength = true) => async (http, right) =>
    {
        Announce(http, right);
        if (!hasLength)
        {
            http.Response.ContentLength = null;
        }

        await http.Response.Body.WriteAsync(right.Body.AsMemory(0, bytes));
        await http.Response.Body.FlushAsync();
        await goOn.WaitAsync(http.RequestAborted);
        await http.Response.Body.WriteAsync(right.Body.AsMemory(bytes));
    };

    /// <summary>Sends a whole answer that has so many bytes only.</summary>
    public static FakeFault Short(int bytes) => (http, right) => SendAsync(http, right with { Body = right.Body[..bytes] });

    /// <summary>Sends a body with bytes behind its end.</summary>
    public static FakeFault Long(int bytes) => (http, right) => SendAsync(http, right with { Body = [.. right.Body, .. new byte[bytes]] });

    /// <summary>Answers with a status, and nothing else.</summary>
    public static FakeFault Status(int status, string? retryAfter = null) => (http, _) =>
    {
        http.Response.StatusCode = status;
        http.Response.Headers.RetryAfter = retryAfter;

        return Task.CompletedTask;
    };

    /// <summary>Redirects.</summary>
    public static FakeFault Redirect(string location, int status = 302) => (http, _) =>
    {
        http.Response.StatusCode = status;
        http.Response.Headers.Location = location;

        return Task.CompletedTask;
    };

    /// <summary>Sends something else.</summary>
    public static FakeFault Say(string contentType, string text) => (http, _) =>
    {
        http.Response.ContentType = contentType;

        return http.Response.WriteAsync(text);
    };

    /// <summary>Sends a small body that unpacks to so many mebibytes of white space.</summary>
    public static FakeFault GzipBomb(int mebibytes) => async (http, right) =>
    {
        http.Response.ContentType = right.ContentType;
        http.Response.Headers.ContentEncoding = "gzip";
        await using var packed = new GZipStream(http.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
        var spaces = new byte[1024 * 1024];
        Array.Fill(spaces, (byte)' ');
        for (var sent = 0; sent < mebibytes; sent++)
        {
            await packed.WriteAsync(spaces, http.RequestAborted);
        }
    };

    /// <summary>Sends the body as it is.</summary>
    internal static async Task SendAsync(HttpContext http, FakeAnswer right)
    {
        Announce(http, right);
        await http.Response.Body.WriteAsync(right.Body, http.RequestAborted);
    }

    private static void Announce(HttpContext http, FakeAnswer right)
    {
        http.Response.ContentType = right.ContentType;
        http.Response.ContentLength = right.Body.Length;
    }

    private static Task UntilClientLeaves(HttpContext http)
    {
        var left = new TaskCompletionSource();
        http.RequestAborted.Register(left.SetResult);

        return left.Task;
    }
}
