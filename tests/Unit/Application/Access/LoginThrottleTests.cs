using System.Net;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Access;

public class LoginThrottleTests
{
    private static readonly ClientAddress Address = Client("192.0.2.1");
    private static readonly RepositoryName Team = Name("team");

    private readonly FakeTimeProvider _time = new();
    private readonly LoginThrottle _sut;

    public LoginThrottleTests() => _sut = new LoginThrottle(new LoginLimit(10), _time);

    [Fact]
    public void The_tenth_failure_within_a_minute_locks_the_address_out_of_the_repository_for_a_minute()
    {
        Fail(9);
        Assert.Null(_sut.RemainingLock(Address, Team));

        Fail(1);
        Assert.Equal(TimeSpan.FromMinutes(1), _sut.RemainingLock(Address, Team));

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TimeSpan.FromSeconds(1), _sut.RemainingLock(Address, Team));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_sut.RemainingLock(Address, Team));
    }

    [Fact]
    public void Failures_at_other_servers_count_and_each_is_told_by_the_server_that_counted_it()
    {
        var others = new Others();
        var sut = new LoginThrottle(new LoginLimit(10), _time, others);
        for (var count = 0; count < 9; count++)
        {
            others.Tell(Address, Team);
        }

        Assert.Null(sut.RemainingLock(Address, Team));
        Assert.Empty(others.Told);

        sut.Failed(Address, Team);

        Assert.NotNull(sut.RemainingLock(Address, Team));
        Assert.Equal([(Address, Team)], others.Told);
    }

    [Fact]
    public void Where_failures_have_no_limit_none_is_told()
    {
        var others = new Others();
        var sut = new LoginThrottle(new LoginLimit(0), _time, others);

        sut.Failed(Address, Team);
        others.Tell(Address, Team);

        Assert.Empty(others.Told);
        Assert.Equal(0, sut.Entries);
    }

    [Fact]
    public void Failures_of_other_minutes_do_not_count()
    {
        for (var minute = 0; minute < 20; minute++)
        {
            Fail(9);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Null(_sut.RemainingLock(Address, Team));
    }

    [Fact]
    public void Each_lock_is_twice_as_long_as_the_one_before_and_none_is_longer_than_15_minutes()
    {
        foreach (var minutes in (int[])[1, 2, 4, 8, 15, 15])
        {
            Fail(10);
            Assert.Equal(TimeSpan.FromMinutes(minutes), _sut.RemainingLock(Address, Team));
            _time.Advance(TimeSpan.FromMinutes(minutes));
        }
    }

    [Fact]
    public void An_address_that_does_not_err_for_long_begins_anew()
    {
        Fail(10);
        _time.Advance(TimeSpan.FromMinutes(17));
        Fail(10);

        Assert.Equal(TimeSpan.FromMinutes(1), _sut.RemainingLock(Address, Team));
    }

    [Fact]
    public void Other_addresses_and_other_repositories_are_not_locked()
    {
        Fail(10);

        Assert.Null(_sut.RemainingLock(Client("192.0.2.2"), Team));
        Assert.Null(_sut.RemainingLock(Address, Name("other")));
        Assert.Null(_sut.RemainingLock(Address, null));
    }

    [Fact]
    public void An_IPv6_network_of_64_bits_is_one_client_and_a_mapped_address_is_that_of_IPv4()
    {
        for (var i = 1; i <= 5; i++)
        {
            _sut.Failed(Client($"2001:db8::{i}"), Team);
            _sut.Failed(Client($"2001:db8::ffff:{i}"), Team);
            _sut.Failed(Client("::ffff:192.0.2.1"), Team);
            _sut.Failed(Client("192.0.2.1"), Team);
        }

        Assert.NotNull(_sut.RemainingLock(Client("2001:db8::1234"), Team));
        Assert.Null(_sut.RemainingLock(Client("2001:db8:0:1::1"), Team));
        Assert.NotNull(_sut.RemainingLock(Client("::ffff:192.0.2.1"), Team));
    }

    [Fact]
    public void Zero_switches_it_off()
    {
        var off = new LoginThrottle(new LoginLimit(0), _time);
        for (var i = 0; i < 100; i++)
        {
            off.Failed(Address, Team);
        }

        Assert.Null(off.RemainingLock(Address, Team));
    }

    [Fact]
    public void An_address_does_not_get_rid_of_its_lock_by_naming_many_repositories()
    {
        Fail(10);
        var named = 0;
        for (; named < LoginThrottle.MostEntries && _sut.RemainingLock(Address, Name($"r{named}")) is null; named++)
        {
            _sut.Failed(Address, Name($"r{named}"));
        }

        Assert.Equal(90, named);
        Assert.NotNull(_sut.RemainingLock(Address, Team));
        Assert.NotNull(_sut.RemainingLock(Address, null));
        Assert.Null(_sut.RemainingLock(Client("192.0.2.2"), Name("r1")));
    }

    [Fact]
    public void The_table_is_bounded_and_forgets_those_first_that_erred_the_longest_ago()
    {
        Fail(10);
        for (var i = 0; i < LoginThrottle.MostEntries; i++)
        {
            _sut.Failed(ClientAddress.Of(new IPAddress(BitConverter.GetBytes(i + 1))), Team);
        }

        Assert.InRange(_sut.Entries, LoginThrottle.MostEntries - 1, LoginThrottle.MostEntries + 1);
        Assert.Null(_sut.RemainingLock(Address, Team));
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _sut.Failed(Address, Team);
        }
    }

    private static ClientAddress Client(string address) => ClientAddress.Of(IPAddress.Parse(address));

    private static RepositoryName Name(string name) => RepositoryName.TryParse(name, out var parsed, out _) ? parsed : throw new ArgumentException(name);

    private sealed class Others : ILoginFailureBroadcast
    {
        public event Action<ClientAddress, RepositoryName?>? Received;

        public List<(ClientAddress, RepositoryName?)> Told { get; } = [];

        public void Send(ClientAddress address, RepositoryName? repository) => Told.Add((address, repository));

        public void Tell(ClientAddress address, RepositoryName? repository) => Received?.Invoke(address, repository);
    }
}
