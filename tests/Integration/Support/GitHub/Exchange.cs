using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>One request from its arrival to its end: logged, struck by faults, answered as its host answers.</summary>
internal sealed class Exchange(FakeGitHub github, HttpContext http, Origin origin)
{
    private bool _left;

    public async Task RunAsync(CancellationToken stopping)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        var token = github.TokenOf(http.Request.Headers.Authorization.ToString());
        var call = ToCall(target, token);
        var logged = new LoggedRequest(origin, http.Request.Method, target, http.Request.QueryString.Value ?? "", Headers(), token);
        github.Log.Arrived(logged);
        try
        {
            logged.Fault = github.Faults.Take(logged);
            await RunAsync(call, logged, stopping);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            http.Abort();
        }
        finally
        {
            Leave(logged);
        }
    }

    private async Task RunAsync(Call call, LoggedRequest logged, CancellationToken stopping)
    {
        var fault = logged.Fault;
        if (fault is Fault.Pause { Effect: Effect.None } before)
        {
            await before.WaitAsync(stopping);
        }
        else if (fault is Fault.Reset { Effect: Effect.None })
        {
            Leave(logged);
            http.Abort();
            return;
        }

        if (!call.IsRefusedUnread)
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, stopping);
            call.Body = body.ToArray();
            logged.BodyLength = call.Body.Length;
        }

        var reply = fault is Fault.Answer { Effect: Effect.None } instead ? ToReply(instead) : Execute(call, logged);
        switch (fault)
        {
            case Fault.Answer { Effect: not Effect.None } answer:
                reply = ToReply(answer);
                break;
            case Fault.Pause { Effect: not Effect.None } after:
                await after.WaitAsync(stopping);
                break;
            case Fault.Reset:
                Leave(logged);
                http.Abort();
                return;
            default:
                break;
        }

        logged.Status = reply.Status;
        Leave(logged);
        await SendAsync(reply, fault, stopping);
    }

    private Reply Execute(Call call, LoggedRequest logged)
    {
        call.Effect = logged.Fault is null or { Effect: Effect.None } ? Effect.Whole : logged.Fault.Effect;
        logged.Route = call.Route;
        try
        {
            var reply = Answer(call);
            github.Mistakes.Check(call, reply);

            return reply;
        }
#pragma warning disable CA1031 // A mistake of the fake must be told from what a test is after.
        catch (Exception mistake)
#pragma warning restore CA1031
        {
            github.Mistakes.Add($"{logged}: {mistake}");
            return new Reply(500, Encoding.UTF8.GetBytes($"FakeGitHub itself failed: {mistake}"), "text/plain; charset=utf-8");
        }
    }

    private Reply Answer(Call call)
    {
        lock (github.Gate)
        {
            return origin switch
            {
                Origin.Storage => StorageHost.Answer(call),
                Origin.Web => WebHost.Answer(call),
                _ => ApiHost.Answer(call),
            };
        }
    }

    private async Task SendAsync(Reply reply, Fault? fault, CancellationToken stopping)
    {
        http.Response.StatusCode = reply.Status;
        http.Response.Headers.Date = github.Now.ToString("R");
        foreach (var (name, value) in reply.Headers)
        {
            http.Response.Headers[name] = value;
        }

        if (reply.Status is 204 or 304)
        {
            return;
        }

        http.Response.ContentType = reply.ContentType;
        http.Response.ContentLength = reply.Body.Length;
        if (http.Request.Method == "HEAD")
        {
            return;
        }

        var sent = fault is Fault.Cut or Fault.Stall ? reply.Body.Length / 2 : reply.Body.Length;
        await http.Response.Body.WriteAsync(reply.Body.AsMemory(0, sent), stopping);
        await http.Response.Body.FlushAsync(stopping);
        if (fault is Fault.Cut)
        {
            http.Abort();
        }
        else if (fault is Fault.Stall stall)
        {
            await stall.WaitAsync(stopping);
            await http.Response.Body.WriteAsync(reply.Body.AsMemory(sent), stopping);
        }
    }

    private Call ToCall(string target, FakeToken? token)
    {
        var segments = github.WithoutBasePath(origin, [.. target.TrimStart('/').Split('/').Select(Uri.UnescapeDataString)]);
        lock (github.Gate)
        {
            return new Call
            {
                GitHub = github,
                Origin = origin,
                Method = http.Request.Method == "HEAD" && origin != Origin.Storage ? "GET" : http.Request.Method,
                Segments = segments,
                Query = http.Request.Query,
                Headers = http.Request.Headers,
                Token = token,
                ContentLength = http.Request.ContentLength,
                RefsAtArrival = Routes.RepositoryOf(github, segments)?.Git.Refs,
            };
        }
    }

    private Dictionary<string, string> Headers()
    {
        var headers = http.Request.Headers.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        if (headers.TryGetValue("Authorization", out var authorization))
        {
            headers["Authorization"] = authorization.Split(' ', 2) is [var scheme, _] ? scheme : "";
        }

        return headers;
    }

    private static Reply ToReply(Fault.Answer fault)
    {
        var reply = new Reply(fault.Status, Encoding.UTF8.GetBytes(fault.Body), fault.ContentType);
        foreach (var (name, value) in fault.Headers)
        {
            reply.With(name, value);
        }

        return reply;
    }

    /// <summary>Before the answer is sent, as the client's next request may be faster than the end of this one.</summary>
    private void Leave(LoggedRequest logged)
    {
        if (!_left)
        {
            _left = true;
            github.Log.Left(logged);
        }
    }
}
